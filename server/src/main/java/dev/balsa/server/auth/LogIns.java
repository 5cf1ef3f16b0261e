package dev.balsa.server.auth;

import dev.balsa.kv.AuthChange;
import dev.balsa.kv.AuthState;
import dev.balsa.kv.AuthUser;
import dev.balsa.kv.Caller;
import dev.balsa.kv.Command;
import dev.balsa.kv.KvResult;
import dev.balsa.node.Consistency;
import dev.balsa.proto.AuthenticateRequest;
import dev.balsa.proto.AuthenticateResponse;
import dev.balsa.raft.Bytes;
import dev.balsa.server.rpc.EtcdError;
import dev.balsa.server.rpc.Headers;
import dev.balsa.server.rpc.OneAnswer;
import dev.balsa.server.rpc.Requests;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;

/**
 * Looks at passwords and gives tokens. The password is looked at as the cluster has it now, and
 * what comes of it counts only if nothing has changed in the meantime; else it is looked at again.
 */
final class LogIns {
  private static final int ATTEMPTS_MAX = 5;

  private final Requests requests;
  private final Headers headers;
  private final Passwords passwords;
  private final Tokens tokens;

  LogIns(Requests requests, Headers headers, Passwords passwords, Tokens tokens) {
    this.requests = requests;
    this.headers = headers;
    this.passwords = passwords;
    this.tokens = tokens;
  }

  void begin(AuthenticateRequest request, StreamObserver<AuthenticateResponse> observer) {
    new LogIn(request, false, observer).attempt();
  }

  /** A token for {@code user}, whom a certificate has proven: no password is looked at. */
  CompletableFuture<String> vouch(String user) {
    CompletableFuture<String> token = new CompletableFuture<>();
    AuthenticateRequest request = AuthenticateRequest.newBuilder().setName(user).build();
    StreamObserver<AuthenticateResponse> observer =
        new OneAnswer<>(given -> token.complete(given.getToken()), token::completeExceptionally);
    new LogIn(request, true, observer).attempt();
    return token;
  }

  private record Found(AuthState state, long revision) {}

  private final class LogIn {
    private final AuthenticateRequest request;
    private final boolean proven;
    private final StreamObserver<AuthenticateResponse> observer;
    private int attempts;

    LogIn(
        AuthenticateRequest request,
        boolean proven,
        StreamObserver<AuthenticateResponse> observer) {
      this.request = request;
      this.proven = proven;
      this.observer = observer;
    }

    void attempt() {
      attempts++;
      requests.<Found, Found>read(
          Consistency.LINEARIZABLE,
          machine -> new Found(machine.kv().auth(), machine.kv().revision()),
          new OneAnswer<>(this::look, observer::onError),
          found -> found);
    }

    private void look(Found found) {
      if (!found.state().enabled()) {
        fail(EtcdError.AUTH_NOT_ENABLED);
        return;
      }
      AuthUser user = found.state().user(Bytes.utf8(request.getName()));
      if (proven) {
        checked(user != null, found);
        return;
      }
      Bytes hash = user == null ? Bytes.EMPTY : user.passwordHash();
      boolean room = passwords.check(request.getPassword(), hash, right -> checked(right, found));
      if (!room) {
        fail(EtcdError.TOO_MANY_REQUESTS);
      }
    }

    private void checked(boolean right, Found found) {
      if (!right) {
        fail(EtcdError.AUTH_FAILED);
        return;
      }
      long authRevision = found.state().revision();
      switch (tokens) {
        case JwtTokens jwt -> sign(jwt, found);
        case SimpleTokens simple -> tellAll(simple, authRevision);
      }
    }

    private void sign(JwtTokens jwt, Found found) {
      if (jwt.canSign()) {
        give(jwt.token(request.getName(), found.state().revision()), found.revision());
      } else {
        fail(EtcdError.CANNOT_SIGN);
      }
    }

    private void tellAll(SimpleTokens tokens, long authRevision) {
      String letters = tokens.letters();
      AuthChange logIn = tokens.logIn(request.getName(), letters, authRevision);
      requests.<KvResult.LoggedIn>write(
          Caller.NONE,
          new Command.Auth(logIn),
          new OneAnswer<>(
              done -> give(SimpleTokens.token(letters, done.index()), done.revision()),
              this::failed),
          done -> (KvResult.LoggedIn) done);
    }

    private void failed(Throwable error) {
      if (error.equals(EtcdError.AUTH_OLD_REVISION.exception()) && attempts < ATTEMPTS_MAX) {
        attempt();
      } else {
        observer.onError(error);
      }
    }

    private void give(String token, long revision) {
      observer.onNext(
          AuthenticateResponse.newBuilder()
              .setHeader(headers.at(revision))
              .setToken(token)
              .build());
      observer.onCompleted();
    }

    private void fail(EtcdError error) {
      observer.onError(error.exception());
    }
  }
}
