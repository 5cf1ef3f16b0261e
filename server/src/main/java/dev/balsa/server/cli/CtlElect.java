package dev.balsa.server.cli;

import com.google.protobuf.ByteString;
import dev.balsa.proto.CampaignRequest;
import dev.balsa.proto.CampaignResponse;
import dev.balsa.proto.ElectionGrpc;
import dev.balsa.proto.LeaderRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RangeResponse;
import io.grpc.Channel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Campaigns and holds the office until it is told to end, or tells who holds it. */
@Command(
    name = "elect",
    description = "Campaigns with a proposal and leads until Ctrl-C, or listens to who leads.")
final class CtlElect implements Runnable {
  private static final long TTL_SECONDS = 60;

  @Option(
      names = {"-l", "--listen"},
      description = "Print who leads, whenever that changes.")
  boolean listens;

  @Parameters(paramLabel = "NAME", index = "0", description = "The election.")
  String name = "";

  @Parameters(
      paramLabel = "PROPOSAL",
      index = "1",
      arity = "0..1",
      description = "What the elected one says of itself.")
  @Nullable String proposal;

  private final CtlCommand ctl;
  private final Console console;

  CtlElect(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  @Override
  public void run() {
    if (listens != (proposal == null)) {
      throw new BadUsage("elect takes a name and a proposal, or a name and --listen");
    }
    KeyValuePrinter printer = ctl.keyValuePrinter();
    ctl.cluster().write(channel -> listens ? listen(channel, printer) : campaign(channel, printer));
  }

  private boolean listen(Channel channel, KeyValuePrinter printer) {
    LeaderRequest request =
        LeaderRequest.newBuilder().setName(ByteString.copyFromUtf8(name)).build();
    Signals.during(
        () ->
            ElectionGrpc.newBlockingStub(channel)
                .observe(request)
                .forEachRemaining(
                    elected -> {
                      printer.get(
                          RangeResponse.newBuilder()
                              .setHeader(elected.getHeader())
                              .addKvs(elected.getKv())
                              .build());
                      console.out().flush();
                    }),
        console,
        () -> {});
    return true;
  }

  private boolean campaign(Channel channel, KeyValuePrinter printer) {
    try (LeaseSession session = LeaseSession.open(channel, TTL_SECONDS, ctl.timeoutNanos())) {
      Signals.during(() -> lead(session, channel, printer), console, session::close);
      return true;
    }
  }

  private void lead(LeaseSession session, Channel channel, KeyValuePrinter printer) {
    CampaignResponse elected =
        ElectionGrpc.newBlockingStub(channel)
            .campaign(
                CampaignRequest.newBuilder()
                    .setName(ByteString.copyFromUtf8(name))
                    .setLease(session.id())
                    .setValue(ByteString.copyFromUtf8(String.valueOf(proposal)))
                    .build());
    ByteString key = elected.getLeader().getKey();
    printer.get(ctl.kv(channel).range(RangeRequest.newBuilder().setKey(key).build()));
    console.out().flush();
    throw new CommandFailure("elect: session expired, " + session.lost().join());
  }
}
