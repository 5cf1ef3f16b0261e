package dev.balsa.server.auth;

import dev.balsa.server.backend.Backend;
import dev.balsa.server.config.AuthConfig;
import dev.balsa.server.rpc.Deadlines;
import dev.balsa.server.rpc.Headers;
import dev.balsa.server.rpc.Requests;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;

/** Everything about users that a client port needs. Thread-safe. */
public final class Auth implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Auth.class.getName());
  private static final Duration SWEEP_EVERY = Duration.ofSeconds(1);

  private final Authority authority;
  private final Passwords passwords;
  private final AuthService service;
  private final Authentication authentication;

  private Auth(
      Authority authority,
      Passwords passwords,
      AuthService service,
      Authentication authentication) {
    this.authority = authority;
    this.passwords = passwords;
    this.service = service;
    this.authentication = authentication;
  }

  /**
   * Follows what {@code backend} applies.
   *
   * @param names which users certificates stand for
   * @throws dev.balsa.server.config.ConfigException if the keys for tokens cannot be read
   */
  public static Auth start(
      AuthConfig config,
      CommonNames names,
      Backend backend,
      Requests requests,
      Headers headers,
      Deadlines deadlines) {
    Tokens tokens =
        config.token().equals("simple")
            ? new SimpleTokens(config.tokenTtl(), System::nanoTime, Clock.systemUTC())
            : JwtTokens.of(config.token(), Clock.systemUTC());
    Authority authority = new Authority(tokens);
    Passwords passwords = new Passwords(config.bcryptCost());
    backend.observe(authority);
    deadlines.every(SWEEP_EVERY, tokens::sweep);
    LogIns logIns = new LogIns(requests, headers, passwords, tokens);
    AuthService service = new AuthService(requests, headers, passwords, logIns);
    Vouchers vouchers = new Vouchers(authority, logIns::vouch, tokens.ttl(), System::nanoTime);
    if (names.wanted() && tokens instanceof JwtTokens jwt && !jwt.canSign()) {
      LOG.log(
          Level.WARNING,
          "--auth-token has a pub-key only: users known by certificates alone cannot renew or look"
              + " at leases here unless this member leads; name priv-key, too, or let them log in");
    }
    Authentication authentication = new Authentication(authority, backend, names, vouchers);
    return new Auth(authority, passwords, service, authentication);
  }

  /** etcd's Auth service. */
  public BindableService service() {
    return service;
  }

  /** Looks at every call; to run before whatever needs to know who calls. */
  public ServerInterceptor authentication() {
    return authentication;
  }

  /** Which users certificates stand for. */
  public CommonNames names() {
    return authentication.names();
  }

  /** Whether users are asked for, as this member has applied it. */
  public boolean enabled() {
    return authority.enabled();
  }

  @Override
  public void close() {
    passwords.close();
  }
}
