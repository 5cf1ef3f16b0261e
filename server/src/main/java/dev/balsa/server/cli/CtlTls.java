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

  /**
   * Files that flags name.
   *
   * @param flags how the flags begin, for messages
   * @param authority of the members' certificates, null for those that Java trusts
   * @param certificate to show, null for none
   * @param key the certificate's
   */
  private record Pem(
      String flags,
      @Nullable String authority,
      @Nullable String certificate,
      @Nullable String key) {
    boolean isGiven() {
      return authority != null || certificate != null;
    }

    TlsFiles files() {
      if ((certificate == null) != (key == null)) {
        throw new BadUsage(
            "%1$scert and %1$skey belong together; name both files or none".formatted(flags));
      }
      TlsFiles files = TlsFiles.NONE.takingTls12();
      if (certificate != null && key != null) {
        files = files.with(Path.of(certificate), Path.of(key));
      }
      return authority == null ? files : files.trusting(Path.of(authority));
    }
  }

  private static CtlTls open(Pem pem, boolean skipVerify, boolean wanted) {
    TlsFiles files = pem.files();
    try {
      return new CtlTls(skipVerify ? Tls.openToAnybody(files) : Tls.open(files), wanted);
    } catch (TlsException e) {
      throw new BadUsage(String.valueOf(e.getMessage()));
    }
  }

  /** etcdctl's flags about the cluster that a mirror is made in. */
  static final class DestinationFlags {
    @Option(
        names = "--dest-cacert",
        paramLabel = "FILE",
        description = "Authority of the certificates there.")
    @Nullable String cacert;

    @Option(names = "--dest-cert", paramLabel = "FILE", description = "Certificate to show there.")
    @Nullable String cert;

    @Option(names = "--dest-key", paramLabel = "FILE", description = "Its private key.")
    @Nullable String key;

    @Option(
        names = "--dest-insecure-transport",
        arity = "0..1",
        paramLabel = "BOOLEAN",
        fallbackValue = "true",
        description = "false: speak TLS there without a scheme (default: true).")
    boolean insecureTransport = true;

    /** Without any file what {@code source} shows and trusts, where TLS is asked for. */
    CtlTls read(CtlTls source) {
      Pem pem = new Pem("--dest-", cacert, cert, key);
      return pem.isGiven() || key != null
          ? open(pem, false, true)
          : new CtlTls(source.tls(), !insecureTransport);
    }
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
      Pem pem = new Pem("--", cacert, cert, key);
      return open(pem, skipVerify, pem.isGiven() || !insecureTransport);
    }
  }
}
