package dev.balsa.server.cli;

import dev.balsa.proto.AuthDisableRequest;
import dev.balsa.proto.AuthEnableRequest;
import dev.balsa.proto.AuthRoleAddRequest;
import dev.balsa.proto.AuthStatusRequest;
import dev.balsa.proto.AuthStatusResponse;
import dev.balsa.proto.AuthUserGrantRoleRequest;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code ctl auth}: whether users are asked for. */
@Command(name = "auth", description = "Enable or disable authentication.")
final class CtlAuth extends AuthCommand {
  CtlAuth(CtlCommand ctl, Console console) {
    super(ctl, console);
  }

  /** The command with all commands below it. */
  CommandLine commandLine() {
    return new CommandLine(this)
        .addSubcommand(new Enable())
        .addSubcommand(new Disable())
        .addSubcommand(new Status());
  }

  @Command(name = "enable", description = "Enables authentication.")
  private final class Enable implements Runnable {
    private static final String ROOT = "root";
    private static final String NO_ROLE = "etcdserver: root user does not have root role";

    /** As etcdctl, gives the user root its role if that is all that is missing. */
    @Override
    public void run() {
      try {
        enable();
      } catch (CommandFailure failure) {
        if (!NO_ROLE.equals(failure.getMessage())) {
          throw failure;
        }
        addRole();
        change(
            auth ->
                auth.userGrantRole(
                    AuthUserGrantRoleRequest.newBuilder().setUser(ROOT).setRole(ROOT).build()));
        enable();
      }
      console.println("Authentication Enabled");
    }

    private void enable() {
      change(auth -> auth.authEnable(AuthEnableRequest.getDefaultInstance()));
    }

    private void addRole() {
      try {
        change(auth -> auth.roleAdd(AuthRoleAddRequest.newBuilder().setName(ROOT).build()));
      } catch (CommandFailure failure) {
        if (!"etcdserver: role name already exists".equals(failure.getMessage())) {
          throw failure;
        }
      }
    }
  }

  @Command(name = "disable", description = "Disables authentication.")
  private final class Disable implements Runnable {
    @Override
    public void run() {
      change(auth -> auth.authDisable(AuthDisableRequest.getDefaultInstance()));
      console.println("Authentication Disabled");
    }
  }

  @Command(name = "status", description = "Returns authentication status.")
  private final class Status implements Runnable {
    @Override
    public void run() {
      AuthPrinter printer = printer();
      AuthStatusResponse status =
          look(auth -> auth.authStatus(AuthStatusRequest.getDefaultInstance()));
      printer.done(
          "Authentication Status: %s\nAuthRevision: %s"
              .formatted(status.getEnabled(), Long.toUnsignedString(status.getAuthRevision())),
          status.getHeader(),
          status);
    }
  }
}
