package dev.balsa.bench.library;

import dev.balsa.bench.measure.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One library's turn of one round: fresh JVMs and directories, warm-up, every load, agreement. */
final class LibraryTurn {
  private static final int MEMBERS = 3;
  private static final int POLL_MILLIS = 100;
  private static final int POLLS_MAX = 600;

  private final Library library;
  private final LibraryBench.Plan plan;

  LibraryTurn(Library library, LibraryBench.Plan plan) {
    this.library = library;
    this.plan = plan;
  }

  /** What each count of outstanding proposals measured. */
  Map<Integer, MemberJvm.Load> run(Path parent) throws IOException, InterruptedException {
    try (Workspace workspace = Workspace.create(parent)) {
      List<Integer> ports = Workspace.freePorts(MEMBERS);
      List<MemberJvm> members = new ArrayList<>();
      for (int i = 0; i < MEMBERS; i++) {
        members.add(MemberJvm.start(workspace, library, i, ports));
      }
      List<ProcessHandle> jvms = members.stream().map(MemberJvm::handle).toList();
      MemberJvm leader = awaitLeader(members);
      long warmupMillis = plan.warmupSeconds() * 1_000L;
      for (int outstanding : plan.loads()) {
        var unused = leader.load(outstanding, warmupMillis, jvms);
      }
      Map<Integer, MemberJvm.Load> loads = new LinkedHashMap<>();
      for (int outstanding : plan.loads()) {
        loads.put(outstanding, leader.load(outstanding, plan.seconds() * 1_000L, jvms));
      }
      awaitAgreement(members);
      return loads;
    }
  }

  private MemberJvm awaitLeader(List<MemberJvm> members) throws IOException, InterruptedException {
    for (int poll = 0; poll < POLLS_MAX; poll++) {
      for (MemberJvm member : members) {
        if (member.status().leader()) {
          return member;
        }
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    throw new IOException(library + ": no leader within a minute");
  }

  /** A log that lost or reordered an entry has no throughput worth telling. */
  private void awaitAgreement(List<MemberJvm> members) throws IOException, InterruptedException {
    List<Chain.Mark> marks = List.of();
    for (int poll = 0; poll < POLLS_MAX; poll++) {
      marks = new ArrayList<>();
      for (MemberJvm member : members) {
        marks.add(member.status().applied());
      }
      if (marks.stream().distinct().count() == 1) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    throw new IOException(library + ": members disagree on what was applied: " + marks);
  }
}
