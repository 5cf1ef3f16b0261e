package dev.balsa.server.cli;

import dev.balsa.proto.KVGrpc;
import dev.balsa.proto.KVGrpc.KVBlockingStub;
import io.grpc.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code balsa ctl}: etcdctl's commands, and the flags that all of them share. */
@Command(
    name = "ctl",
    description = "Reads and writes keys and looks at members, with etcdctl's commands.")
final class CtlCommand implements Runnable {
  @Option(
      names = "--endpoints",
      scope = ScopeType.INHERIT,
      paramLabel = "HOST:PORT,…",
      description = "Members to ask, in this order (default: ETCDCTL_ENDPOINTS or 127.0.0.1:2379).")
  List<String> endpoints = new ArrayList<>();

  @Option(
      names = "--command-timeout",
      scope = ScopeType.INHERIT,
      paramLabel = "DURATION",
      description = "How long a request may take (default: 5s).")
  String commandTimeout = "5s";

  @Option(
      names = "--dial-timeout",
      scope = ScopeType.INHERIT,
      paramLabel = "DURATION",
      description = "How long connecting may take (default: 2s).")
  String dialTimeout = "2s";

  @Option(
      names = "--user",
      scope = ScopeType.INHERIT,
      paramLabel = "NAME[:PASSWORD]",
      description = "Who to log in as (default: ETCDCTL_USER); asks for a missing password.")
  @Nullable String user;

  @Option(
      names = "--password",
      scope = ScopeType.INHERIT,
      paramLabel = "PASSWORD",
      description = "The password (default: ETCDCTL_PASSWORD); --user is then the name alone.")
  @Nullable String password;

  @Option(
      names = {"-w", "--write-out"},
      scope = ScopeType.INHERIT,
      paramLabel = "FORMAT",
      description = "Output format: fields, json, protobuf, simple or table (default: simple).")
  String format = "simple";

  @Option(
      names = "--hex",
      scope = ScopeType.INHERIT,
      description = "Print keys and values as hexadecimal bytes (simple format).")
  boolean hex;

  @Mixin ClientTls.Flags tls = new ClientTls.Flags();

  private final Console console;
  private final Map<String, String> environment;

  CtlCommand(Console console, Map<String, String> environment) {
    this.console = console;
    this.environment = environment;
  }

  /** The command with all commands below it. */
  CommandLine commandLine() {
    return new CommandLine(this)
        .addSubcommand(new CtlGet(this, console))
        .addSubcommand(new CtlPut(this, console))
        .addSubcommand(new CtlDelete(this))
        .addSubcommand(new CtlTxn(this, console))
        .addSubcommand(new CtlCompaction(this, console))
        .addSubcommand(
            new CommandLine(new CtlMember())
                .addSubcommand(new CtlMember.ListAll(this))
                .addSubcommand(new CtlMemberChange.Add(this, console))
                .addSubcommand(new CtlMemberChange.Remove(this, console))
                .addSubcommand(new CtlMemberChange.Update(this, console))
                .addSubcommand(new CtlMemberChange.Promote(this, console))
                .addSubcommand(new CtlMemberPlan(this, console)))
        .addSubcommand(
            new CommandLine(new CtlEndpoint())
                .addSubcommand(new CtlEndpoint.Status(this, console))
                .addSubcommand(new CtlEndpoint.Health(this))
                .addSubcommand(new CtlHashKv(this, console)))
        .addSubcommand(new CtlWatch(this, console))
        .addSubcommand(
            new CommandLine(new CtlLease())
                .addSubcommand(new CtlLease.Grant(this, console))
                .addSubcommand(new CtlLease.Revoke(this, console))
                .addSubcommand(new CtlLease.TimeToLive(this, console))
                .addSubcommand(new CtlLease.ListAll(this, console))
                .addSubcommand(new CtlKeepAlive(this, console)))
        .addSubcommand(
            new CommandLine(new CtlAlarm())
                .addSubcommand(new CtlAlarm.ListAll(this, console))
                .addSubcommand(new CtlAlarm.Disarm(this, console)))
        .addSubcommand(new CtlDefrag(this, console))
        .addSubcommand(
            new CommandLine(new CtlSnapshot())
                .addSubcommand(new CtlSnapshot.Save(this, console))
                .addSubcommand(new CtlSnapshot.Status(this, console))
                .addSubcommand(new SnapshotCommand.Restore(console)))
        .addSubcommand(new CtlMoveLeader(this, console))
        .addSubcommand(new CtlLock(this, console))
        .addSubcommand(new CtlElect(this, console))
        .addSubcommand(CtlAuth.commandLine(this, console))
        .addSubcommand(CtlUser.commandLine(this, console))
        .addSubcommand(CtlRole.commandLine(this, console))
        .addSubcommand(new CtlVersion(console));
  }

  @Override
  public void run() {
    throw new BadUsage("a command is missing; ./balsa ctl --help lists them");
  }

  Cluster cluster() {
    return new Cluster(
        Endpoint.parseAll(endpointTexts()),
        GoText.parseDuration(commandTimeout),
        GoText.parseDuration(dialTimeout),
        credentials(),
        tls.read(this::given));
  }

  private @Nullable Credentials credentials() {
    String name = given(user, "ETCDCTL_USER");
    if (name == null) {
      return null;
    }
    String known = given(password, "ETCDCTL_PASSWORD");
    int colon = name.indexOf(':');
    if (known == null && colon >= 0) {
      known = name.substring(colon + 1);
      name = name.substring(0, colon);
    }
    if (name.isEmpty()) {
      throw new BadUsage("--user has no name; say --user NAME or --user NAME:PASSWORD");
    }
    if (known == null) {
      known = new PasswordPrompt(console).ask();
      password = known; // asked once, however often the command asks the members
    }
    return new Credentials(name, known);
  }

  private @Nullable String given(@Nullable String flag, String variable) {
    String value = flag != null ? flag : environment.get(variable);
    return value == null || value.isEmpty() ? null : value;
  }

  private List<String> endpointTexts() {
    if (!endpoints.isEmpty()) {
      return endpoints;
    }
    String fromEnvironment = environment.get("ETCDCTL_ENDPOINTS");
    return List.of(
        fromEnvironment == null || fromEnvironment.isBlank() ? "127.0.0.1:2379" : fromEnvironment);
  }

  KVBlockingStub kv(Channel channel) {
    return KVGrpc.newBlockingStub(channel)
        .withMaxOutboundMessageSize(Integer.MAX_VALUE)
        .withDeadlineAfter(timeoutNanos(), TimeUnit.NANOSECONDS);
  }

  long timeoutNanos() {
    Duration timeout = GoText.parseDuration(commandTimeout);
    return timeout.toNanos();
  }

  /**
   * The printer for keys and values. Asked for before the request leaves, so that nothing is
   * written whose outcome could not be shown.
   */
  KeyValuePrinter keyValuePrinter() {
    return switch (format) {
      case "simple" -> new SimplePrinter(console, hex);
      case "json" -> new JsonPrinter(console);
      case "fields" -> new FieldsPrinter(console);
      case "protobuf" -> new ProtobufPrinter(console);
      case "table" -> throw unsupported();
      default -> throw unknownFormat();
    };
  }

  /** The printer for what is about members. */
  ClusterPrinter clusterPrinter() {
    return switch (format) {
      case "simple" -> new SimplePrinter(console, hex);
      case "json" -> new JsonPrinter(console);
      case "fields" -> new FieldsPrinter(console);
      case "table" -> new TablePrinter(console);
      case "protobuf" -> throw unsupported();
      default -> throw unknownFormat();
    };
  }

  private BadUsage unsupported() {
    return new BadUsage(format + " not supported as output format of this command");
  }

  private BadUsage unknownFormat() {
    return new BadUsage(
        "unsupported output format " + format + "; it is fields, json, protobuf, simple or table");
  }
}
