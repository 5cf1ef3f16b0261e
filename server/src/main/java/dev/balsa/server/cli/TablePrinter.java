package dev.balsa.server.cli;

import dev.balsa.proto.MemberListResponse;
import java.util.List;

/** Prints a framed table; only what is about members has this form. */
record TablePrinter(Console console) implements ClusterPrinter {
  @Override
  public void members(MemberListResponse response) {
    TextTable table =
        new TextTable("ID", "STATUS", "NAME", "PEER ADDRS", "CLIENT ADDRS", "IS LEARNER");
    response.getMembersList().forEach(member -> table.row(SimplePrinter.memberCells(member)));
    console.print(table.draw());
  }

  @Override
  public void status(List<EndpointStatus> statuses) {
    TextTable table =
        new TextTable(
            "ENDPOINT",
            "ID",
            "VERSION",
            "DB SIZE",
            "IS LEADER",
            "IS LEARNER",
            "RAFT TERM",
            "RAFT INDEX",
            "RAFT APPLIED INDEX",
            "ERRORS");
    statuses.forEach(status -> table.row(SimplePrinter.statusCells(status)));
    console.print(table.draw());
  }

  @Override
  public void health(List<EndpointHealth> healths) {
    TextTable table = new TextTable("ENDPOINT", "HEALTH", "TOOK", "ERROR");
    for (EndpointHealth health : healths) {
      table.row(
          health.endpoint(), Boolean.toString(health.healthy()), health.took(), health.error());
    }
    console.print(table.draw());
  }
}
