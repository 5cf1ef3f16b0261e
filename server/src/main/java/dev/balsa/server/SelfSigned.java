package dev.balsa.server;

import dev.balsa.node.tls.CertificateAuthority;
import dev.balsa.node.tls.CertificateAuthority.Subject;
import dev.balsa.node.tls.TlsFiles;
import dev.balsa.server.config.ServerConfig;
import dev.balsa.server.config.Url;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * The certificates of a member under {@code --auto-tls} and {@code --peer-auto-tls}: made at the
 * first start and kept beside the data directory, so that clients may be given theirs as the
 * authority to trust.
 */
final class SelfSigned {
  private SelfSigned() {}

  /**
   * Where the one for clients is; made if it is not there.
   *
   * @throws StartException if it cannot be written
   */
  static TlsFiles forClients(ServerConfig config) {
    return files(
        config,
        "client",
        Stream.of(config.listenClient(), config.advertiseClient(), config.listenMetrics())
            .flatMap(List::stream));
  }

  /**
   * Where the one for peers is; made if it is not there.
   *
   * @throws StartException if it cannot be written
   */
  static TlsFiles forPeers(ServerConfig config) {
    return files(
        config,
        "peer",
        Stream.concat(Stream.of(config.listenPeer()), config.advertisePeer().stream()));
  }

  private static TlsFiles files(ServerConfig config, String name, Stream<Url> urls) {
    Path folder = Path.of(config.dataDir().toAbsolutePath() + ".tls");
    Path certificate = folder.resolve(name + ".crt");
    Path key = folder.resolve(name + ".key");
    if (!Files.exists(certificate) || !Files.exists(key)) {
      Instant now = Instant.now();
      Subject subject =
          new Subject(
              "balsa " + config.name(), hosts(urls), now, now.plus(config.tls().selfSignedFor()));
      try {
        Files.createDirectories(folder);
        CertificateAuthority.selfSigned(subject).write(certificate, key);
      } catch (IOException e) {
        throw new StartException(
            "%s cannot be written to %s (%s); make that possible or name a certificate by --cert-file or --peer-cert-file"
                .formatted(certificate.getFileName(), folder, e),
            e);
      }
    }
    return TlsFiles.of(certificate, key).speaking(config.tls().others().spoken());
  }

  private static List<String> hosts(Stream<Url> urls) {
    return urls.map(Url::host).distinct().toList();
  }
}
