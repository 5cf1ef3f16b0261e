package dev.balsa.server;

import dev.balsa.node.tls.CertificateAuthority;
import dev.balsa.node.tls.CertificateAuthority.Subject;
import dev.balsa.node.tls.TlsFiles;
import dev.balsa.server.config.ServerConfig;
import dev.balsa.server.config.Url;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * The certificate of a member under {@code --auto-tls}: made at the first start and kept beside the
 * data directory, so that clients may be given it as the authority to trust.
 */
final class SelfSigned {
  private static final Duration VALID = Duration.ofDays(365); // as etcd's

  private SelfSigned() {}

  /**
   * Where it is; made if it is not there.
   *
   * @throws StartException if it cannot be written
   */
  static TlsFiles files(ServerConfig config) {
    Path folder = Path.of(config.dataDir().toAbsolutePath() + ".tls");
    Path certificate = folder.resolve("client.crt");
    Path key = folder.resolve("client.key");
    if (!Files.exists(certificate) || !Files.exists(key)) {
      Instant now = Instant.now();
      Subject subject = new Subject("balsa " + config.name(), hosts(config), now, now.plus(VALID));
      try {
        Files.createDirectories(folder);
        CertificateAuthority.selfSigned(subject).write(certificate, key);
      } catch (IOException e) {
        throw new StartException(
            "--auto-tls cannot write a certificate to %s (%s); make that possible or name one by --cert-file"
                .formatted(folder, e),
            e);
      }
    }
    TlsFiles files = TlsFiles.of(certificate, key);
    return config.tls().others().takesTls12() ? files.takingTls12() : files;
  }

  private static List<String> hosts(ServerConfig config) {
    return Stream.concat(config.listenClient().stream(), config.advertiseClient().stream())
        .map(Url::host)
        .distinct()
        .toList();
  }
}
