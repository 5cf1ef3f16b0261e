package dev.balsa.server.cli;

import dev.balsa.node.tls.Tls;
import dev.balsa.node.tls.TlsException;
import dev.balsa.node.tls.TlsFiles;
import dev.balsa.server.rpc.SecureChannels;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * How a command connects: by TLS to {@code https://}, in plaintext to {@code http://}, and where an
 * endpoint says neither as the flags say.
 *
 * @param tls what TLS is made of
 * @param wanted whether it is spoken where the endpoint does not say
 */
record CtlTls(Tls tls, boolean wanted) {
  boolean isFor(Endpoint endpoint) {
    return endpoint.scheme().equals("https") || (endpoint.scheme().isEmpty() && wanted);
  }

  NettyChannelBuilder builder(Endpoint endpoint) {
    return isFor(endpoint)
        ? SecureChannels.builder(endpoint.host(), endpoint.port(), tls)
        : NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port()).usePlaintext();
  }

  /** etcdctl's flags about it. */
  static final class Flags {
    @Option(
        names = "--cacert",
        scope = ScopeType.INHERIT,
        paramLabel = "FILE",
        description = "Authority of the members' certificates.")
    @Nullable String cacert;

    @Option(
        names = "--cert",
        scope = ScopeType.INHERIT,
        paramLabel = "FILE",
        description = "Certificate to show.")
    @Nullable String cert;

    @Option(
        names = "--key",
        scope = ScopeType.INHERIT,
        paramLabel = "FILE",
        description = "Its private key.")
    @Nullable String key;

    @Option(
        names = "--insecure-skip-tls-verify",
        scope = ScopeType.INHERIT,
        description = "Take any certificate: whoever answers is believed.")
    boolean skipVerify;

    @Option(
        names = "--insecure-transport",
        scope = ScopeType.INHERIT,
        arity = "0..1",
        paramLabel = "BOOLEAN",
        fallbackValue = "true",
        description = "false: speak TLS to endpoints without a scheme (default: true).")
    boolean insecureTransport = true;

    CtlTls read() {
      String authority = cacert;
      String certificate = cert;
      String secret = key;
      if ((certificate == null) != (secret == null)) {
        throw new BadUsage("--cert and --key belong together; name both files or none");
      }
      TlsFiles files = TlsFiles.NONE.takingTls12();
      if (certificate != null && secret != null) {
        files = files.with(Path.of(certificate), Path.of(secret));
      }
      if (authority != null) {
        files = files.trusting(Path.of(authority));
      }
      boolean wanted = authority != null || certificate != null || !insecureTransport;
      try {
        return new CtlTls(skipVerify ? Tls.openToAnybody(files) : Tls.open(files), wanted);
      } catch (TlsException e) {
        throw new BadUsage(String.valueOf(e.getMessage()));
      }
    }
  }
}
