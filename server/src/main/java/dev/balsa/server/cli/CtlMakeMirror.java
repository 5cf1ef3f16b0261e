package dev.balsa.server.cli;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ctl make-mirror}: copies keys into another cluster, and then every change of them. */
@Command(
    name = "make-mirror",
    description = "Makes a mirror at the destination cluster, until it is stopped.")
final class CtlMakeMirror implements Runnable {
  private static final int SECONDS_BETWEEN_COUNTS = 30;

  @Parameters(
      paramLabel = "DESTINATION",
      description = "A member of the other cluster, several with commas between.")
  String destination = "";

  @Option(names = "--prefix", paramLabel = "PREFIX", description = "Which keys (default: all).")
  String prefix = "";

  @Option(
      names = "--dest-prefix",
      paramLabel = "PREFIX",
      description = "What their prefix becomes (default: it stays).")
  @Nullable String destinationPrefix;

  @Option(names = "--no-dest-prefix", description = "Leave the prefix out there.")
  boolean withoutPrefix;

  @Option(
      names = "--rev",
      paramLabel = "REVISION",
      description = "Copy nothing first, but begin with the changes of this revision.")
  long revision;

  @Option(
      names = "--max-txn-ops",
      paramLabel = "N",
      defaultValue = "128",
      description = "Changes in one transaction there (default: ${DEFAULT-VALUE}).")
  int opsMax;

  @Option(
      names = "--dest-user",
      paramLabel = "NAME[:PASSWORD]",
      description = "Who to log in as at the destination; asks for a missing password.")
  @Nullable String user;

  @Option(
      names = "--dest-password",
      paramLabel = "PASSWORD",
      description = "The password there; --dest-user is then the name alone.")
  @Nullable String password;

  @Mixin CtlTls.DestinationFlags tls = new CtlTls.DestinationFlags();

  private final CtlCommand ctl;
  private final Console console;

  CtlMakeMirror(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  @Override
  public void run() {
    if (withoutPrefix && destinationPrefix != null) {
      throw new BadUsage(
          "`--dest-prefix` and `--no-dest-prefix` cannot be set at the same time, choose one");
    }
    if (opsMax < 1) {
      throw new BadUsage("--max-txn-ops is %d, must be positive".formatted(opsMax));
    }
    String there = withoutPrefix ? "" : destinationPrefix != null ? destinationPrefix : prefix;
    Cluster source = ctl.cluster();
    Cluster target =
        source.elsewhere(
            Endpoint.parseAll(List.of(destination)),
            Credentials.of(user, password, console),
            tls.read(source.tls()));
    Mirror mirror =
        new Mirror(source, target, Argument.bytes(prefix), Argument.bytes(there), opsMax);
    ScheduledExecutorService counting =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("count").daemon().factory());
    try (counting) {
      var unused =
          counting.scheduleAtFixedRate(
              () -> tell(mirror), SECONDS_BETWEEN_COUNTS, SECONDS_BETWEEN_COUNTS, TimeUnit.SECONDS);
      mirror.run(revision);
    } finally {
      counting.shutdownNow();
    }
  }

  /** How many keys were written or deleted there so far. */
  private void tell(Mirror mirror) {
    console.println(Long.toString(mirror.changes()));
    console.out().flush();
  }
}
