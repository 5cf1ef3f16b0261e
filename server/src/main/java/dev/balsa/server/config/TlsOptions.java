package dev.balsa.server.config;

import dev.balsa.node.tls.AllowedNames;
import dev.balsa.node.tls.Spoken;
import dev.balsa.node.tls.Spoken.Versions;
import dev.balsa.node.tls.TlsException;
import dev.balsa.node.tls.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A member's flags about TLS: etcd's names and meanings. All files are PEM. */
public final class TlsOptions {
  private static final int DAYS_OF_YEAR = 365; // as etcd
  private static final int YEARS_MAX = 100;

  @Option(names = "--cert-file", paramLabel = "FILE", description = "Certificate for clients.")
  private @Nullable Path certFile;

  @Option(names = "--key-file", paramLabel = "FILE", description = "Its private key.")
  private @Nullable Path keyFile;

  @Option(
      names = "--auto-tls",
      description = "Make a certificate for clients to trust: DATA-DIR.tls/client.crt.")
  private boolean autoTls;

  @Option(
      names = "--client-cert-auth",
      description = "Demand certificates of clients; their common names are users.")
  private boolean clientCertAuth;

  @Option(
      names = "--trusted-ca-file",
      paramLabel = "FILE",
      description = "Authority of clients' certificates, which are demanded then.")
  private @Nullable Path trustedCaFile;

  @Option(
      names = "--client-crl-file",
      paramLabel = "FILE",
      description = "Clients' certificates that are revoked.")
  private @Nullable Path clientCrlFile;

  @Option(
      names = "--client-cert-allowed-hostname",
      paramLabel = "HOST",
      description = "Host that clients' certificates must name.")
  private @Nullable String clientCertAllowedHostname;

  @Option(
      names = "--client-cert-file",
      paramLabel = "FILE",
      description = "Certificate for calls of other members (default: --cert-file).")
  private @Nullable Path clientCertFile;

  @Option(
      names = "--client-key-file",
      paramLabel = "FILE",
      description = "Its private key (default: --key-file).")
  private @Nullable Path clientKeyFile;

  @Option(names = "--peer-cert-file", paramLabel = "FILE", description = "Certificate for peers.")
  private @Nullable Path peerCertFile;

  @Option(names = "--peer-key-file", paramLabel = "FILE", description = "Its private key.")
  private @Nullable Path peerKeyFile;

  @Option(
      names = "--peer-client-cert-auth",
      description = "Demand certificates of peers, which must name their hosts.")
  private boolean peerClientCertAuth;

  @Option(
      names = "--peer-trusted-ca-file",
      paramLabel = "FILE",
      description = "Authority of peers' certificates, which are demanded then.")
  private @Nullable Path peerTrustedCaFile;

  @Option(
      names = "--peer-crl-file",
      paramLabel = "FILE",
      description = "Peers' certificates that are revoked.")
  private @Nullable Path peerCrlFile;

  @Option(
      names = "--peer-cert-allowed-cn",
      paramLabel = "NAME",
      description = "Common name that peers' certificates must have.")
  private @Nullable String peerCertAllowedCn;

  @Option(
      names = "--peer-cert-allowed-hostname",
      paramLabel = "HOST",
      description = "Host that peers' certificates must name, besides their own.")
  private @Nullable String peerCertAllowedHostname;

  @Option(
      names = "--tls-min-version",
      paramLabel = "VERSION",
      defaultValue = "TLS1.3",
      description = "TLS1.3, or TLS1.2 to take both (default: ${DEFAULT-VALUE}).")
  private String tlsMinVersion = "TLS1.3";

  @Option(
      names = "--tls-max-version",
      paramLabel = "VERSION",
      defaultValue = "TLS1.3",
      description = "TLS1.3, or TLS1.2 for that alone (default: ${DEFAULT-VALUE}).")
  private String tlsMaxVersion = "TLS1.3";

  @Option(
      names = "--cipher-suites",
      paramLabel = "NAME,...",
      split = ",",
      description = "Cipher suites of TLS 1.2, the best first (default: Java's).")
  private List<String> cipherSuites = List.of();

  @Option(
      names = "--self-signed-cert-validity",
      paramLabel = "YEARS",
      defaultValue = "1",
      description = "How long a certificate made here is good (default: ${DEFAULT-VALUE}).")
  private int selfSignedCertValidity = 1;

  @Option(
      names = "--peer-auto-tls",
      description = "Make a certificate for peers, and believe theirs: no listener, no proof.")
  private boolean peerAutoTls;

  /** The files that the flags name, none of them read yet. */
  TlsConfig toConfig() {
    TlsFiles client =
        files(
            "",
            new Pair(certFile, keyFile),
            new Demands(
                clientCertAuth,
                trustedCaFile,
                clientCrlFile,
                new AllowedNames(null, clientCertAllowedHostname)));
    TlsFiles peer =
        files(
            "peer-",
            new Pair(peerCertFile, peerKeyFile),
            new Demands(
                peerClientCertAuth,
                peerTrustedCaFile,
                peerCrlFile,
                new AllowedNames(peerCertAllowedCn, peerCertAllowedHostname)));
    if (autoTls && client != null) {
      throw new ConfigException(
          "--auto-tls and --cert-file %s say two different things; leave one out"
              .formatted(certFile));
    }
    if (peerAutoTls && peer != null) {
      throw new ConfigException(
          "--peer-auto-tls and --peer-cert-file %s say two different things; leave one out"
              .formatted(peerCertFile));
    }
    return new TlsConfig(
        client,
        peer,
        others(),
        autoTls,
        peerAutoTls,
        Duration.ofDays(DAYS_OF_YEAR * years()),
        clientCertAuth);
  }

  private long years() {
    if (selfSignedCertValidity < 1 || selfSignedCertValidity > YEARS_MAX) {
      throw new ConfigException(
          "--self-signed-cert-validity %d is no number of years from 1 to %d; say one"
              .formatted(selfSignedCertValidity, YEARS_MAX));
    }
    return selfSignedCertValidity;
  }

  /** As a client of other members: with what clients or peers are trusted by. */
  private TlsFiles others() {
    Pair explicit = new Pair(clientCertFile, clientKeyFile);
    explicit.requireWhole("client-");
    Pair shown = clientCertFile != null ? explicit : new Pair(certFile, keyFile);
    TlsFiles files = TlsFiles.NONE.speaking(spoken());
    if (shown.certificate() != null && shown.key() != null) {
      files = files.with(shown.certificate(), shown.key());
    }
    Path trusted = trustedCaFile != null ? trustedCaFile : peerTrustedCaFile;
    return trusted != null ? files.trusting(trusted) : files;
  }

  private record Pair(@Nullable Path certificate, @Nullable Path key) {
    void requireWhole(String prefix) {
      if (certificate == null && key != null) {
        throw new ConfigException(
            "--%skey-file %s has no certificate; name it by --%scert-file"
                .formatted(prefix, key, prefix));
      }
      if (certificate != null && key == null) {
        throw new ConfigException(
            "--%scert-file %s has no key; name it by --%skey-file"
                .formatted(prefix, certificate, prefix));
      }
    }
  }

  private record Demands(
      boolean certificates, @Nullable Path trusted, @Nullable Path revoked, AllowedNames names) {
    boolean any() {
      return certificates || trusted != null || revoked != null || !names.equals(AllowedNames.ANY);
    }
  }

  /** As in etcd, to name an authority is to demand its certificates. */
  private @Nullable TlsFiles files(String prefix, Pair pair, Demands demands) {
    pair.requireWhole(prefix);
    if (pair.certificate() == null || pair.key() == null) {
      if (demands.any()) {
        throw new ConfigException(
            "what is asked of %s needs --%scert-file and --%skey-file; name them or leave the other flags about them out"
                .formatted(prefix.isEmpty() ? "clients" : "peers", prefix, prefix));
      }
      return null;
    }
    if (demands.trusted() == null && demands.any()) {
      throw new ConfigException(
          "certificates are asked for, but --%strusted-ca-file names no authority that signs them; name it"
              .formatted(prefix));
    }
    TlsFiles files = TlsFiles.of(pair.certificate(), pair.key()).allowing(demands.names());
    if (demands.trusted() != null) {
      files = files.trusting(demands.trusted()).demandingCertificates();
    }
    if (demands.revoked() != null) {
      files = files.refusing(demands.revoked());
    }
    return files.speaking(spoken());
  }

  private Spoken spoken() {
    try {
      return new Spoken(versions(), cipherSuites);
    } catch (TlsException e) {
      throw new ConfigException("--cipher-suites: " + e.getMessage());
    }
  }

  private Versions versions() {
    boolean oldest12 = is12("--tls-min-version", tlsMinVersion);
    boolean newest12 = is12("--tls-max-version", tlsMaxVersion);
    if (newest12 && !oldest12) {
      throw new ConfigException(
          "--tls-max-version TLS1.2 is below --tls-min-version TLS1.3; say"
              + " --tls-min-version=TLS1.2, too, or leave it out");
    }
    return newest12 ? Versions.ONLY_12 : oldest12 ? Versions.BOTH : Versions.ONLY_13;
  }

  private static boolean is12(String flag, String version) {
    return switch (version) {
      case "TLS1.3" -> false;
      case "TLS1.2" -> true;
      default ->
          throw new ConfigException(
              "%s '%s' is not spoken; say TLS1.3 or TLS1.2".formatted(flag, version));
    };
  }
}
