package dev.balsa.server.cli;

import com.google.protobuf.ByteString;
import dev.balsa.proto.LockGrpc;
import dev.balsa.proto.LockRequest;
import dev.balsa.proto.LockResponse;
import dev.balsa.proto.RangeRequest;
import io.grpc.Channel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Holds a lock: until it is told to end, or while a command of the person's runs. */
@Command(
    name = "lock",
    description = "Acquires a named lock, and holds it until Ctrl-C or while a command runs.")
final class CtlLock implements Runnable {
  @Option(
      names = "--ttl",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "How long the lock outlives this command if it is killed.")
  long ttlSeconds;

  @Parameters(paramLabel = "NAME", index = "0", description = "The lock.")
  String name = "";

  @Parameters(
      paramLabel = "COMMAND",
      index = "1..*",
      description = "Runs with ETCD_LOCK_KEY and ETCD_LOCK_REV in its environment.")
  List<String> command = new ArrayList<>();

  private final CtlCommand ctl;
  private final Console console;

  CtlLock(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  @Override
  public void run() {
    KeyValuePrinter printer = ctl.keyValuePrinter();
    ctl.cluster().write(channel -> hold(channel, printer));
  }

  private boolean hold(Channel channel, KeyValuePrinter printer) {
    try (LeaseSession session = LeaseSession.open(channel, ttlSeconds, ctl.timeoutNanos())) {
      Signals.during(() -> hold(session, channel, printer), console, session::close);
      return true;
    }
  }

  private void hold(LeaseSession session, Channel channel, KeyValuePrinter printer) {
    LockResponse lock =
        LockGrpc.newBlockingStub(channel)
            .lock(
                LockRequest.newBuilder()
                    .setName(ByteString.copyFromUtf8(name))
                    .setLease(session.id())
                    .build());
    if (!command.isEmpty()) {
      run(lock);
      return;
    }
    printer.get(ctl.kv(channel).range(RangeRequest.newBuilder().setKey(lock.getKey()).build()));
    console.out().flush();
    throw new CommandFailure("lock lost: " + session.lost().join());
  }

  private void run(LockResponse lock) {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put("ETCD_LOCK_KEY", lock.getKey().toStringUtf8());
    builder.environment().put("ETCD_LOCK_REV", Long.toString(lock.getHeader().getRevision()));
    try {
      int code = builder.start().waitFor();
      if (code != 0) {
        throw new CommandFailure("%s ended with code %d".formatted(command.getFirst(), code));
      }
    } catch (IOException e) {
      throw new CommandFailure(
          "%s cannot be run (%s); name a program".formatted(command.getFirst(), e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
