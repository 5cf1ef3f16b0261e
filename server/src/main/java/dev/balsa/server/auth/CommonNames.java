package dev.balsa.server.auth;

import dev.balsa.node.tls.CertificateNames;
import dev.balsa.node.tls.Tls;
import dev.balsa.server.rpc.Forwarded;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.inprocess.InProcessSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Which user a client's certificate stands for, as in etcd: the one of its common name. What comes
 * over HTTP has none, since there the connection need not be the caller's.
 *
 * @param wanted whether certificates stand for users at all
 */
public record CommonNames(boolean wanted) {
  /**
   * Where this process keeps the name for calls that it makes of itself in a caller's stead. Nobody
   * else is believed it: a call from outside has an address.
   */
  public static final Metadata.Key<String> KEY =
      Metadata.Key.of("balsa-common-name-bin", new Text());

  /** The name that counts for {@code call} if it has no token; null for none. */
  public @Nullable String of(ServerCall<?, ?> call, Metadata metadata) {
    if (!wanted || metadata.containsKey(Forwarded.KEY)) {
      return null; // a member that passes a call on is not who makes it
    }
    if (call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)
        instanceof InProcessSocketAddress) {
      return metadata.get(KEY);
    }
    SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    X509Certificate shown = session == null ? null : Tls.shown(session);
    return shown == null ? null : CertificateNames.commonName(shown);
  }

  /** Names are any text, headers only ASCII. */
  private static final class Text implements Metadata.BinaryMarshaller<String> {
    @Override
    public byte[] toBytes(String value) {
      return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String parseBytes(byte[] serialized) {
      return new String(serialized, StandardCharsets.UTF_8);
    }
  }
}
