package dev.balsa.server.cli;

import dev.balsa.proto.ClusterGrpc;
import dev.balsa.proto.ClusterGrpc.ClusterBlockingStub;
import dev.balsa.proto.Member;
import dev.balsa.proto.MemberAddRequest;
import dev.balsa.proto.MemberAddResponse;
import dev.balsa.proto.MemberPromoteRequest;
import dev.balsa.proto.MemberRemoveRequest;
import dev.balsa.proto.MemberUpdateRequest;
import dev.balsa.proto.ResponseHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ctl member add}, {@code remove}, {@code update} and {@code promote}. */
final class CtlMemberChange {
  private static final int HEX = 16;

  private final CtlCommand ctl;
  private final Console console;

  CtlMemberChange(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  /** Adds the commands to {@code member}. */
  void addTo(CommandLine member) {
    member
        .addSubcommand(new Add())
        .addSubcommand(new Remove())
        .addSubcommand(new Update())
        .addSubcommand(new Promote());
  }

  private <T> T ask(Function<ClusterBlockingStub, T> request) {
    return ctl.cluster()
        .write(
            channel ->
                request.apply(
                    ClusterGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(ctl.timeoutNanos(), TimeUnit.NANOSECONDS)));
  }

  private AnswerPrinter printer() {
    return new AnswerPrinter(console, ctl.format);
  }

  private static String line(long id, String what, ResponseHeader header) {
    return "Member %16s %s cluster %16s"
        .formatted(Long.toHexString(id), what, Long.toHexString(header.getClusterId()));
  }

  static long id(String text) {
    try {
      return Long.parseUnsignedLong(text, HEX);
    } catch (NumberFormatException e) {
      throw new BadUsage(
          "bad member ID arg (%s), expecting ID in Hex; ./balsa ctl member list shows them"
              .formatted(text));
    }
  }

  private static void requireUrls(List<String> urls) {
    if (urls.isEmpty()) {
      throw new BadUsage("member peer urls not provided; say --peer-urls=http://HOST:PORT");
    }
  }

  /** Adds a member and says with which settings to start it. */
  @Command(name = "add", description = "Adds a member into the cluster.")
  private final class Add implements Runnable {
    @Parameters(paramLabel = "NAME", description = "The name it will be started with.")
    String name = "";

    @Option(
        names = "--peer-urls",
        split = ",",
        paramLabel = "URLS",
        description = "Where the other members will reach it.")
    List<String> urls = new ArrayList<>();

    @Option(names = "--learner", description = "Add it as a learner, which does not vote.")
    boolean learner;

    @Override
    public void run() {
      AnswerPrinter printer = printer();
      requireUrls(urls);
      MemberAddRequest request =
          MemberAddRequest.newBuilder().addAllPeerURLs(urls).setIsLearner(learner).build();
      MemberAddResponse added = ask(cluster -> cluster.memberAdd(request));
      printer.print(
          String.join(
              "\n",
              line(added.getMember().getID(), "added to", added.getHeader()),
              "",
              "ETCD_NAME=\"%s\"".formatted(name),
              "ETCD_INITIAL_CLUSTER=\"%s\"".formatted(everyone(added)),
              "ETCD_INITIAL_ADVERTISE_PEER_URLS=\"%s\"".formatted(String.join(",", urls)),
              "ETCD_INITIAL_CLUSTER_STATE=\"existing\""),
          added);
    }

    private String everyone(MemberAddResponse added) {
      return added.getMembersList().stream()
          .flatMap(
              member ->
                  member.getPeerURLsList().stream().map(url -> called(member, added) + "=" + url))
          .collect(Collectors.joining(","));
    }

    private String called(Member member, MemberAddResponse added) {
      return member.getID() == added.getMember().getID() ? name : member.getName();
    }
  }

  /** Removes a member for good. */
  @Command(name = "remove", description = "Removes a member from the cluster.")
  private final class Remove implements Runnable {
    @Parameters(paramLabel = "MEMBER-ID", description = "Whom to remove, in hexadecimal.")
    String member = "";

    @Override
    public void run() {
      AnswerPrinter printer = printer();
      MemberRemoveRequest request = MemberRemoveRequest.newBuilder().setID(id(member)).build();
      var removed = ask(cluster -> cluster.memberRemove(request));
      printer.print(line(request.getID(), "removed from", removed.getHeader()), removed);
    }
  }

  /** Tells the others where a member moved. */
  @Command(name = "update", description = "Updates a member in the cluster.")
  private final class Update implements Runnable {
    @Parameters(paramLabel = "MEMBER-ID", description = "Who moved, in hexadecimal.")
    String member = "";

    @Option(
        names = "--peer-urls",
        split = ",",
        paramLabel = "URLS",
        description = "Where the other members reach it now.")
    List<String> urls = new ArrayList<>();

    @Override
    public void run() {
      AnswerPrinter printer = printer();
      requireUrls(urls);
      MemberUpdateRequest request =
          MemberUpdateRequest.newBuilder().setID(id(member)).addAllPeerURLs(urls).build();
      var updated = ask(cluster -> cluster.memberUpdate(request));
      printer.print(line(request.getID(), "updated in", updated.getHeader()), updated);
    }
  }

  /** Makes a learner a voter. */
  @Command(name = "promote", description = "Promotes a non-voting member in the cluster.")
  private final class Promote implements Runnable {
    @Parameters(paramLabel = "MEMBER-ID", description = "Whom to promote, in hexadecimal.")
    String member = "";

    @Override
    public void run() {
      AnswerPrinter printer = printer();
      MemberPromoteRequest request = MemberPromoteRequest.newBuilder().setID(id(member)).build();
      var promoted = ask(cluster -> cluster.memberPromote(request));
      printer.print(line(request.getID(), "promoted in", promoted.getHeader()), promoted);
    }
  }
}
