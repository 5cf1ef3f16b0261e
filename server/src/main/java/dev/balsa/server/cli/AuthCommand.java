package dev.balsa.server.cli;

import dev.balsa.proto.AuthGrpc;
import dev.balsa.proto.AuthGrpc.AuthBlockingStub;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** What the commands about users, roles and authentication have in common. */
abstract class AuthCommand {
  final CtlCommand ctl;
  final Console console;

  AuthCommand(CtlCommand ctl, Console console) {
    this.ctl = ctl;
    this.console = console;
  }

  /** Asked for before the request leaves, so that nothing is changed that could not be shown. */
  final AuthPrinter printer() {
    return new AuthPrinter(console, ctl.format);
  }

  final <T> T change(Function<AuthBlockingStub, T> request) {
    return ctl.cluster()
        .write(
            channel ->
                request.apply(
                    AuthGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(ctl.timeoutNanos(), TimeUnit.NANOSECONDS)));
  }

  final <T> T look(Function<AuthBlockingStub, T> request) {
    return ctl.cluster()
        .read(
            channel ->
                request.apply(
                    AuthGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(ctl.timeoutNanos(), TimeUnit.NANOSECONDS)));
  }
}
