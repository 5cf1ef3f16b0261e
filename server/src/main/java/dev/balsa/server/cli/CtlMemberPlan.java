package dev.balsa.server.cli;

import dev.balsa.proto.ClusterGrpc;
import dev.balsa.proto.MemberListRequest;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Change;
import dev.balsa.raft.Member;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Plan;
import dev.balsa.raft.Refusal;
import dev.balsa.raft.Seat;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code ctl member plan}: which quorums a change would need before, during and after, and whether
 * the members that answer now would still be one. Changes nothing.
 */
@Command(
    name = "plan",
    description = "Shows what a change of the members would mean for the quorum; changes nothing.")
final class CtlMemberPlan implements Runnable {
  @Option(names = "--add", paramLabel = "N", description = "How many voters to add.")
  int added;

  @Option(names = "--remove", split = ",", paramLabel = "IDS", description = "Whom to remove.")
  List<String> removed = new ArrayList<>();

  @Option(names = "--promote", split = ",", paramLabel = "IDS", description = "Whom to promote.")
  List<String> promoted = new ArrayList<>();

  @Option(names = "--demote", split = ",", paramLabel = "IDS", description = "Whom to demote.")
  List<String> demoted = new ArrayList<>();

  private final CtlCommand ctl;
  private final Console console;

  CtlMemberPlan(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  @Override
  public void run() {
    List<dev.balsa.proto.Member> listed = listed();
    List<Change> changes = changes(listed);
    if (changes.isEmpty()) {
      throw new BadUsage("nothing to plan; say --add N, --remove, --promote or --demote IDS");
    }
    switch (Plan.of(membership(listed), changes)) {
      case Plan.Refused(Refusal reason, @Nullable NodeId node) ->
          throw new CommandFailure(
              "the change is refused: %s%s; ./balsa ctl member list shows the members"
                  .formatted(reason, node == null ? "" : ", member " + node));
      case Plan.Possible plan -> {
        console.print(plan.describe());
        Set<NodeId> alive = alive(listed, plan);
        if (plan.losesQuorum(alive::contains)) {
          throw new CommandFailure(
              "the change would lose the quorum: only %s answer; bring the others back first"
                  .formatted(alive));
        }
      }
    }
  }

  private List<dev.balsa.proto.Member> listed() {
    return ctl.cluster()
        .read(
            channel ->
                ClusterGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(ctl.timeoutNanos(), TimeUnit.NANOSECONDS)
                    .memberList(MemberListRequest.newBuilder().setLinearizable(true).build()))
        .getMembersList();
  }

  private static Membership membership(List<dev.balsa.proto.Member> listed) {
    return new Membership(
        listed.stream()
            .map(
                member ->
                    new Member(
                        new NodeId(member.getID()),
                        member.getIsLearner() ? Seat.LEARNER : Seat.VOTER))
            .toList(),
        List.of());
  }

  private List<Change> changes(List<dev.balsa.proto.Member> listed) {
    List<Change> changes = new ArrayList<>();
    Set<Long> taken = new TreeSet<>();
    listed.forEach(member -> taken.add(member.getID()));
    long next = 1;
    for (int i = 0; i < added; i++) {
      while (!taken.add(next)) {
        next++;
      }
      changes.add(new Change.Add(new NodeId(next), Seat.VOTER, Bytes.EMPTY));
    }
    removed.forEach(id -> changes.add(new Change.Remove(node(id))));
    promoted.forEach(id -> changes.add(new Change.Promote(node(id))));
    demoted.forEach(id -> changes.add(new Change.Demote(node(id))));
    if (changes.stream().map(Change::node).distinct().count() != changes.size()) {
      throw new BadUsage("a member is named twice; name each once");
    }
    return changes;
  }

  private static NodeId node(String id) {
    return new NodeId(CtlMemberChange.id(id));
  }

  /** Who answers at its client URLs, and those that are still to be added. */
  private Set<NodeId> alive(List<dev.balsa.proto.Member> listed, Plan.Possible plan) {
    Set<NodeId> alive = new TreeSet<>();
    plan.after().members().forEach(member -> alive.add(member.id()));
    listed.forEach(member -> alive.remove(new NodeId(member.getID())));
    Cluster cluster = ctl.cluster();
    for (dev.balsa.proto.Member member : listed) {
      if (member.getClientURLsCount() > 0
          && Endpoint.parseAll(member.getClientURLsList()).stream().anyMatch(cluster::answers)) {
        alive.add(new NodeId(member.getID()));
      }
    }
    return alive;
  }
}
