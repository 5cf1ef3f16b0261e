package dev.balsa.server;

import dev.balsa.node.net.Inquiry;
import dev.balsa.node.net.PeerAddress;
import dev.balsa.node.tls.Tls;
import dev.balsa.raft.ClusterId;
import dev.balsa.raft.Member;
import dev.balsa.raft.NodeId;
import dev.balsa.server.backend.MemberContext;
import dev.balsa.server.config.InitialMember;
import dev.balsa.server.config.ServerConfig;
import dev.balsa.server.config.Url;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A member that was added to a running cluster finds out who it is: the leader drew its id, so it
 * asks the other peers of {@code --initial-cluster} and finds itself by its own peer URLs.
 */
final class Joining {
  private static final Logger LOG = System.getLogger(EtcdServer.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration CALL = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final ServerConfig config;
  private final @Nullable Tls tls;
  private final List<PeerAddress> others = new ArrayList<>();
  private boolean answered;
  private String failures = "";

  Joining(ServerConfig config, @Nullable Tls tls) {
    this.config = config;
    this.tls = tls;
    for (InitialMember member : config.cluster().members()) {
      if (!member.name().equals(config.name())) {
        member.peerUrls().forEach(url -> others.add(Origin.address(url)));
      }
    }
  }

  /**
   * Who has no data yet: the member with this one's peer URLs, whatever it held before.
   *
   * @throws StartException if no member knows one
   */
  Origin asNewcomer() {
    if (others.isEmpty()) {
      throw new StartException(
          "--initial-cluster-state existing, but --data-dir %s holds no data and --initial-cluster names no other member to ask; name them, or say new to start a cluster"
              .formatted(config.dataDir()));
    }
    List<String> urls = config.self().peerUrls().stream().map(Url::toString).sorted().toList();
    Origin origin =
        ask(
            answer ->
                answer.membership().members().stream()
                    .filter(member -> urls.equals(urls(member)))
                    .findFirst()
                    .map(member -> Origin.newcomer(config, answer, member.id())));
    if (origin == null) {
      throw new StartException(
          answered
              ? "no member of the cluster knows one with the peer URLs %s; add it first (member add --peer-urls) or fix --initial-cluster"
                  .formatted(String.join(",", urls))
              : nobodyAnswers());
    }
    LOG.log(
        Level.INFO,
        "member {0} joins cluster {1} as {2}",
        config.name(),
        origin.cluster(),
        origin.self());
    return origin;
  }

  /**
   * Who has no data and is to found a cluster: the member it is in one that runs already, if one of
   * the others answers at once.
   *
   * @throws StartException if it was removed from that cluster
   */
  Optional<Origin> ifFounded() {
    NodeId self = config.self().id();
    for (PeerAddress other : others) {
      Optional<Inquiry.Answer> answer =
          ask(other).filter(it -> it.cluster().equals(config.cluster().id()));
      if (answer.isPresent() && answer.get().membership().removed().contains(self)) {
        throw new StartException(
            "member %s (%s) was removed from the cluster; to bring it back add it anew (member add) and say --initial-cluster-state existing"
                .formatted(config.name(), self));
      }
      if (answer.isPresent() && answer.get().membership().member(self) != null) {
        return Optional.of(Origin.newcomer(config, answer.get(), self));
      }
    }
    return Optional.empty();
  }

  private static List<String> urls(Member member) {
    return MemberContext.peerUrls(member.context()).stream().sorted().toList();
  }

  /**
   * Who has joined before: its log tells where the others are, unless it is still blank.
   *
   * @return the peers that are known by now; none if nobody answers at once and the log will tell
   * @throws StartException if the log is blank and nobody answers, or the member was removed
   */
  Map<NodeId, PeerAddress> again(ClusterId cluster, NodeId self, boolean blank) {
    if (!blank) {
      return new TreeMap<>();
    }
    Function<Inquiry.Answer, Optional<Inquiry.Answer>> same =
        answer ->
            Optional.of(answer)
                .filter(it -> it.cluster().equals(cluster))
                .filter(
                    it ->
                        it.membership().member(self) != null
                            || it.membership().removed().contains(self));
    Inquiry.Answer answer = ask(same);
    if (answer == null) {
      throw new StartException(
          answered
              ? "no member of cluster %s knows member %s, whose data --data-dir %s holds; fix --initial-cluster or choose another --data-dir"
                  .formatted(cluster, self, config.dataDir())
              : nobodyAnswers());
    }
    return Origin.peers(answer.membership());
  }

  private String nobodyAnswers() {
    return "no member answers at %s (%s); start one, or fix --initial-cluster"
        .formatted(
            others.stream().map(PeerAddress::toString).collect(Collectors.joining(", ")), failures);
  }

  /** Asks all others in turn, until one says what is wanted or the patience ends. */
  private <T> @Nullable T ask(Function<Inquiry.Answer, Optional<T>> wanted) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    do {
      for (PeerAddress other : others) {
        Optional<T> found = ask(other).flatMap(wanted);
        if (found.isPresent()) {
          return found.get();
        }
      }
    } while (System.nanoTime() < end && pause());
    return null;
  }

  private Optional<Inquiry.Answer> ask(PeerAddress other) {
    try {
      Inquiry.Answer answer = Inquiry.ask(other, CALL, tls);
      answered = true;
      return Optional.of(answer);
    } catch (IOException e) {
      failures = other + ": " + Tls.reason(e);
      return Optional.empty();
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(PAUSE);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
