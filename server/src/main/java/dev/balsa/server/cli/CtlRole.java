package dev.balsa.server.cli;

import dev.balsa.proto.AuthRoleAddRequest;
import dev.balsa.proto.AuthRoleDeleteRequest;
import dev.balsa.proto.AuthRoleGetRequest;
import dev.balsa.proto.AuthRoleGrantPermissionRequest;
import dev.balsa.proto.AuthRoleListRequest;
import dev.balsa.proto.AuthRoleRevokePermissionRequest;
import dev.balsa.proto.Permission;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ctl role}: who may do what. */
@Command(name = "role", description = "Role related commands.")
final class CtlRole extends AuthCommand {
  CtlRole(CtlCommand ctl, Console console) {
    super(ctl, console);
  }

  /** The command with all commands below it. */
  CommandLine commandLine() {
    return new CommandLine(this)
        .addSubcommand(new Add())
        .addSubcommand(new Delete())
        .addSubcommand(new Get())
        .addSubcommand(new ListAll())
        .addSubcommand(new GrantPermission())
        .addSubcommand(new RevokePermission());
  }

  @Command(name = "add", description = "Adds a new role.")
  private final class Add implements Runnable {
    @Parameters(paramLabel = "ROLE", description = "The name of the new role.")
    String role = "";

    @Override
    public void run() {
      AuthPrinter printer = printer();
      var added =
          change(auth -> auth.roleAdd(AuthRoleAddRequest.newBuilder().setName(role).build()));
      printer.done("Role " + role + " created", added.getHeader(), added);
    }
  }

  @Command(name = "delete", description = "Deletes a role.")
  private final class Delete implements Runnable {
    @Parameters(paramLabel = "ROLE", description = "Which one to delete.")
    String role = "";

    @Override
    public void run() {
      AuthPrinter printer = printer();
      var deleted =
          change(auth -> auth.roleDelete(AuthRoleDeleteRequest.newBuilder().setRole(role).build()));
      printer.done("Role " + role + " deleted", deleted.getHeader(), deleted);
    }
  }

  @Command(name = "get", description = "Gets detailed information of a role.")
  private final class Get implements Runnable {
    @Parameters(paramLabel = "ROLE", description = "Which one to show.")
    String role = "";

    @Override
    public void run() {
      AuthPrinter printer = printer();
      printer.role(
          role, look(auth -> auth.roleGet(AuthRoleGetRequest.newBuilder().setRole(role).build())));
    }
  }

  @Command(name = "list", description = "Lists all roles.")
  private final class ListAll implements Runnable {
    @Override
    public void run() {
      AuthPrinter printer = printer();
      printer.roles(look(auth -> auth.roleList(AuthRoleListRequest.getDefaultInstance())));
    }
  }

  @Command(name = "grant-permission", description = "Grants a key to a role.")
  private final class GrantPermission implements Runnable {
    @Parameters(index = "0", paramLabel = "ROLE", description = "Which role gets it.")
    String role = "";

    @Parameters(index = "1", paramLabel = "TYPE", description = "read, write or readwrite.")
    String type = "";

    @Parameters(index = "2", paramLabel = "KEY", description = "The key, or the first of a range.")
    String key = "";

    @Parameters(index = "3", arity = "0..1", paramLabel = "END", description = "The range's end.")
    @Nullable String end;

    @Option(names = "--prefix", description = "All keys that begin with KEY.")
    boolean prefix;

    @Option(names = "--from-key", description = "All keys from KEY on.")
    boolean fromKey;

    @Override
    public void run() {
      AuthPrinter printer = printer();
      KeySpan span = KeySpan.ofPermission(key, end, prefix, fromKey);
      AuthRoleGrantPermissionRequest request =
          AuthRoleGrantPermissionRequest.newBuilder()
              .setName(role)
              .setPerm(
                  Permission.newBuilder()
                      .setPermType(type())
                      .setKey(span.key())
                      .setRangeEnd(span.end()))
              .build();
      var granted = change(auth -> auth.roleGrantPermission(request));
      printer.done("Role " + role + " updated", granted.getHeader(), granted);
    }

    private Permission.Type type() {
      return switch (type.toLowerCase(Locale.ROOT)) {
        case "read" -> Permission.Type.READ;
        case "write" -> Permission.Type.WRITE;
        case "readwrite" -> Permission.Type.READWRITE;
        default ->
            throw new BadUsage(
                "invalid permission type: %s; it is read, write or readwrite".formatted(type));
      };
    }
  }

  @Command(name = "revoke-permission", description = "Revokes a key from a role.")
  private final class RevokePermission implements Runnable {
    @Parameters(index = "0", paramLabel = "ROLE", description = "Which role loses it.")
    String role = "";

    @Parameters(index = "1", paramLabel = "KEY", description = "The key, or the first of a range.")
    String key = "";

    @Parameters(index = "2", arity = "0..1", paramLabel = "END", description = "The range's end.")
    @Nullable String end;

    @Option(names = "--prefix", description = "All keys that begin with KEY.")
    boolean prefix;

    @Option(names = "--from-key", description = "All keys from KEY on.")
    boolean fromKey;

    @Override
    public void run() {
      AuthPrinter printer = printer();
      KeySpan span = KeySpan.ofPermission(key, end, prefix, fromKey);
      AuthRoleRevokePermissionRequest request =
          AuthRoleRevokePermissionRequest.newBuilder()
              .setRole(role)
              .setKey(span.key())
              .setRangeEnd(span.end())
              .build();
      var revoked = change(auth -> auth.roleRevokePermission(request));
      printer.done(
          "Permission of %s is revoked from role %s".formatted(range(span), role),
          revoked.getHeader(),
          revoked);
    }

    private String range(KeySpan span) {
      if (span.end().isEmpty()) {
        return "key " + key;
      }
      return span.hasNoEnd()
          ? "range [%s, <open ended>".formatted(key)
          : "range [%s, %s)".formatted(key, span.end().toStringUtf8());
    }
  }
}
