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
    description = {
      "Reads and writes keys and looks at members, with etcdctl's commands.",
      "A flag that is not given is taken from the environment: --user from ETCDCTL_USER."
    })
final class CtlCommand {
  @Option(
      names = "--endpoints",
      scope = ScopeType.INHERIT,
      paramLabel = "HOST:PORT,…",
      defaultValue = "127.0.0.1:2379",
      description = "Members to ask, in this order (default: ${DEFAULT-VALUE}).")
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
      names = "--keepalive-time",
      scope = ScopeType.INHERIT,
      paramLabel = "DURATION",
      description = "Silence during a call before a ping, at least 10s; 0s: none (default: 2s).")
  String keepaliveTime = "2s";

  @Option(
      names = "--keepalive-timeout",
      scope = ScopeType.INHERIT,
      paramLabel = "DURATION",
      description = "How long a ping may go unanswered (default: 6s).")
  String keepaliveTimeout = "6s";

  @Option(
      names = "--max-request-bytes",
      scope = ScopeType.INHERIT,
      paramLabel = "BYTES",
      description = "The largest request to send; 0: the members decide (default: 0).")
  int requestBytesMax;

  @Option(
      names = "--max-recv-bytes",
      scope = ScopeType.INHERIT,
      paramLabel = "BYTES",
      description = "The largest answer to take; 0: any (default: 0).")
  int answerBytesMax;

  @Option(
      names = "--user",
      scope = ScopeType.INHERIT,
      paramLabel = "NAME[:PASSWORD]",
      description = "Who to log in as; asks for a missing password.")
  @Nullable String user;

  @Option(
      names = "--password",
      scope = ScopeType.INHERIT,
      paramLabel = "PASSWORD",
      description = "The password; --user is then the name alone.")
  @Nullable String password;

  @Option(
      names = "--auth-jwt-token",
      scope = ScopeType.INHERIT,
      paramLabel = "TOKEN",
      description = "A JSON web token to show, instead of --user.")
  @Nullable String token;

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

  @Mixin CtlTls.Flags tls = new CtlTls.Flags();

  private final Console console;
  private final Map<String, String> environment;

  CtlCommand(Console console, Map<String, String> environment) {
    this.console = console;
    this.environment = environment;
  }

  /** The command with all commands below it. */
  CommandLine commandLine() {
    return withDefaults(new CommandLine(this))
        .addSubcommand(new CtlGet(this, console))
        .addSubcommand(new CtlPut(this, console))
        .addSubcommand(new CtlDelete(this))
        .addSubcommand(new CtlTxn(this, console))
        .addSubcommand(new CtlCompaction(this, console))
        .addSubcommand(new CtlMember(this, console).commandLine())
        .addSubcommand(new CtlEndpoint(this, console).commandLine())
        .addSubcommand(new CtlWatch(this, console))
        .addSubcommand(new CtlLease(this, console).commandLine())
        .addSubcommand(new CtlAlarm(this, console).commandLine())
        .addSubcommand(new CtlDefrag(this, console))
        .addSubcommand(new CtlSnapshot(this, console).commandLine())
        .addSubcommand(new CtlTrace(this, console).commandLine())
        .addSubcommand(new CtlMoveLeader(this, console))
        .addSubcommand(new CtlDowngrade(this, console).commandLine())
        .addSubcommand(new CtlMakeMirror(this, console))
        .addSubcommand(new CtlCheck(this, console).commandLine())
        .addSubcommand(new CtlLock(this, console))
        .addSubcommand(new CtlElect(this, console))
        .addSubcommand(new CtlAuth(this, console).commandLine())
        .addSubcommand(new CtlUser(this, console).commandLine())
        .addSubcommand(new CtlRole(this, console).commandLine())
        .addSubcommand(new CtlCompletion(console))
        .addSubcommand(new CtlHelp(console))
        .addSubcommand(new CtlOptions(console))
        .addSubcommand(new CtlVersion(console));
  }

  /** {@code command}, which takes these flags from the environment where they are not given. */
  CommandLine withDefaults(CommandLine command) {
    return command.setDefaultValueProvider(new CtlDefaults(environment));
  }

  Cluster cluster() {
    return new Cluster(
        Endpoint.parseAll(endpoints),
        GoText.parseDuration(commandTimeout),
        new Dialing(
            GoText.parseDuration(dialTimeout),
            GoText.parseDuration(keepaliveTime),
            GoText.parseDuration(keepaliveTimeout),
            bytesMax("--max-request-bytes", requestBytesMax),
            bytesMax("--max-recv-bytes", answerBytesMax)),
        credentials(),
        tls.read());
  }

  Map<String, String> environment() {
    return environment;
  }

  private static int bytesMax(String flag, int bytes) {
    if (bytes < 0) {
      throw new BadUsage("%s is %d, must not be negative; 0 is no limit".formatted(flag, bytes));
    }
    return bytes == 0 ? Integer.MAX_VALUE : bytes;
  }

  private @Nullable Credentials credentials() {
    if (token != null) {
      if (user != null || password != null) {
        throw new BadUsage("--auth-jwt-token says who you are, and --user, too; give one of them");
      }
      return new Credentials.Signed(token);
    }
    Credentials.Password credentials = Credentials.of(user, password, console);
    if (credentials != null) {
      password = credentials.password(); // asked once, however often the command asks the members
    }
    return credentials;
  }

  KVBlockingStub kv(Channel channel) {
    return KVGrpc.newBlockingStub(channel).withDeadlineAfter(timeoutNanos(), TimeUnit.NANOSECONDS);
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
