package dev.balsa.server.cli;

import dev.balsa.proto.AuthRoleGetRequest;
import dev.balsa.proto.AuthUserAddRequest;
import dev.balsa.proto.AuthUserChangePasswordRequest;
import dev.balsa.proto.AuthUserDeleteRequest;
import dev.balsa.proto.AuthUserGetRequest;
import dev.balsa.proto.AuthUserGetResponse;
import dev.balsa.proto.AuthUserGrantRoleRequest;
import dev.balsa.proto.AuthUserListRequest;
import dev.balsa.proto.AuthUserRevokeRoleRequest;
import dev.balsa.proto.UserAddOptions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ctl user}: who there is. */
@Command(name = "user", description = "User related commands.")
final class CtlUser extends AuthCommand {
  CtlUser(CtlCommand ctl, Console console) {
    super(ctl, console);
  }

  /** The command with all commands below it. */
  CommandLine commandLine() {
    return new CommandLine(this)
        .addSubcommand(new Add())
        .addSubcommand(new Delete())
        .addSubcommand(new Get())
        .addSubcommand(new ListAll())
        .addSubcommand(new Passwd())
        .addSubcommand(new GrantRole())
        .addSubcommand(new RevokeRole());
  }

  @Command(name = "add", description = "Adds a new user.")
  private final class Add implements Runnable {
    @Parameters(paramLabel = "USER[:PASSWORD]", description = "The name of the new user.")
    String user = "";

    @Option(
        names = "--new-user-password",
        paramLabel = "PASSWORD",
        description = "The new user's password.")
    String password = "";

    @Option(
        names = "--no-password",
        description = "The user has no password, and is known by a certificate only.")
    boolean noPassword;

    @Option(
        names = "--interactive",
        arity = "0..1",
        fallbackValue = "true",
        paramLabel = "BOOL",
        description = "Ask for the password twice (default); false reads it once from the input.")
    boolean interactive = true;

    @Override
    public void run() {
      AuthPrinter printer = printer();
      AuthUserAddRequest.Builder request = AuthUserAddRequest.newBuilder();
      int colon = user.indexOf(':');
      String name =
          colon < 0 || !password.isEmpty() || noPassword ? user : user.substring(0, colon);
      if (noPassword) {
        request.setOptions(UserAddOptions.newBuilder().setNoPassword(true));
      } else if (!password.isEmpty()) {
        request.setPassword(password);
      } else if (colon >= 0) {
        request.setPassword(user.substring(colon + 1));
      } else {
        request.setPassword(new PasswordPrompt(console).choose(name, interactive));
      }
      if (name.isEmpty()) {
        throw new BadUsage("empty user name is not allowed; say user add NAME");
      }
      request.setName(name);
      var added = change(auth -> auth.userAdd(request.build()));
      printer.done("User " + name + " created", added.getHeader(), added);
    }
  }

  @Command(name = "delete", description = "Deletes a user.")
  private final class Delete implements Runnable {
    @Parameters(paramLabel = "USER", description = "Whom to delete.")
    String user = "";

    @Override
    public void run() {
      AuthPrinter printer = printer();
      var deleted =
          change(auth -> auth.userDelete(AuthUserDeleteRequest.newBuilder().setName(user).build()));
      printer.done("User " + user + " deleted", deleted.getHeader(), deleted);
    }
  }

  @Command(name = "get", description = "Gets detailed information of a user.")
  private final class Get implements Runnable {
    @Parameters(paramLabel = "USER", description = "Whom to show.")
    String user = "";

    @Option(names = "--detail", description = "Show the permissions of the user's roles.")
    boolean detail;

    @Override
    public void run() {
      AuthPrinter printer = printer();
      AuthUserGetResponse found =
          look(auth -> auth.userGet(AuthUserGetRequest.newBuilder().setName(user).build()));
      if (!detail || !ctl.format.equals("simple")) {
        printer.user(user, found);
        return;
      }
      console.println("User: " + user);
      for (String role : found.getRolesList()) {
        console.println("");
        printer.role(
            role,
            look(auth -> auth.roleGet(AuthRoleGetRequest.newBuilder().setRole(role).build())));
      }
    }
  }

  @Command(name = "list", description = "Lists all users.")
  private final class ListAll implements Runnable {
    @Override
    public void run() {
      AuthPrinter printer = printer();
      printer.users(look(auth -> auth.userList(AuthUserListRequest.getDefaultInstance())));
    }
  }

  @Command(name = "passwd", description = "Changes the password of a user.")
  private final class Passwd implements Runnable {
    @Parameters(paramLabel = "USER", description = "Whose password to change.")
    String user = "";

    @Option(
        names = "--interactive",
        arity = "0..1",
        fallbackValue = "true",
        paramLabel = "BOOL",
        description = "Ask for the password twice (default); false reads it once from the input.")
    boolean interactive = true;

    @Override
    public void run() {
      AuthPrinter printer = printer();
      AuthUserChangePasswordRequest request =
          AuthUserChangePasswordRequest.newBuilder()
              .setName(user)
              .setPassword(new PasswordPrompt(console).choose(user, interactive))
              .build();
      var changed = change(auth -> auth.userChangePassword(request));
      printer.done("Password updated", changed.getHeader(), changed);
    }
  }

  @Command(name = "grant-role", description = "Grants a role to a user.")
  private final class GrantRole implements Runnable {
    @Parameters(index = "0", paramLabel = "USER", description = "Who gets it.")
    String user = "";

    @Parameters(index = "1", paramLabel = "ROLE", description = "Which one.")
    String role = "";

    @Override
    public void run() {
      AuthPrinter printer = printer();
      var granted =
          change(
              auth ->
                  auth.userGrantRole(
                      AuthUserGrantRoleRequest.newBuilder().setUser(user).setRole(role).build()));
      printer.done("Role " + role + " is granted to user " + user, granted.getHeader(), granted);
    }
  }

  @Command(name = "revoke-role", description = "Revokes a role from a user.")
  private final class RevokeRole implements Runnable {
    @Parameters(index = "0", paramLabel = "USER", description = "Who loses it.")
    String user = "";

    @Parameters(index = "1", paramLabel = "ROLE", description = "Which one.")
    String role = "";

    @Override
    public void run() {
      AuthPrinter printer = printer();
      var revoked =
          change(
              auth ->
                  auth.userRevokeRole(
                      AuthUserRevokeRoleRequest.newBuilder().setName(user).setRole(role).build()));
      printer.done("Role " + role + " is revoked from user " + user, revoked.getHeader(), revoked);
    }
  }
}
