package dev.balsa.server.config;

import dev.balsa.node.tls.TlsFiles;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a member's certificates are.
 *
 * @param client for its client port; null if that speaks plaintext only
 * @param peer for its peer port and for dialing peers; null if there is no TLS between members
 * @param others for calls of other members' client ports
 * @param selfSigned whether the client port is to have a certificate that the member makes itself
 * @param peersSelfSigned whether the peer port is to have such a one, and those of peers are
 *     believed
 * @param selfSignedFor how long such certificates are good once they are made
 * @param commonNames whether the common name of a client's certificate says which user it is
 */
public record TlsConfig(
    @Nullable TlsFiles client,
    @Nullable TlsFiles peer,
    TlsFiles others,
    boolean selfSigned,
    boolean peersSelfSigned,
    Duration selfSignedFor,
    boolean commonNames) {
  /** Looks whether the URLs can be served so, and whether they make use of the certificates. */
  void requireFor(
      List<Url> listenClient, List<Url> listenMetrics, Url listenPeer, InitialCluster cluster) {
    boolean secureMetrics = listenMetrics.stream().anyMatch(Url::secure);
    boolean secure = secureMetrics || listenClient.stream().anyMatch(Url::secure);
    if (secureMetrics && client == null && !selfSigned) {
      throw new ConfigException(
          "--listen-metrics-urls %s needs --cert-file and --key-file; name them or use http://"
              .formatted(joined(listenMetrics)));
    }
    if (selfSigned && !secure) {
      throw new ConfigException(
          "--auto-tls is not used, since --listen-client-urls %s has no https://; write https:// or leave it out"
              .formatted(joined(listenClient)));
    }
    if (peersSelfSigned && !listenPeer.secure()) {
      throw new ConfigException(
          "--peer-auto-tls is not used, since --listen-peer-urls %s has no https://; write https:// or leave it out"
              .formatted(listenPeer));
    }
    require("--listen-client-urls", joined(listenClient), secure && !selfSigned, client, "");
    boolean securePeers = listenPeer.secure() && !peersSelfSigned;
    require("--listen-peer-urls", listenPeer.toString(), securePeers, peer, "peer-");
    for (InitialMember member : cluster.members()) {
      if (peer == null && !peersSelfSigned && member.peerUrls().stream().anyMatch(Url::secure)) {
        throw new ConfigException(
            "--initial-cluster has %s for %s, which needs --peer-cert-file and --peer-key-file; name them or use http://"
                .formatted(member.peerUrls().getFirst(), member.name()));
      }
    }
  }

  private static String joined(List<Url> urls) {
    return String.join(",", urls.stream().map(Url::toString).toList());
  }

  private static void require(
      String flag, String urls, boolean secure, @Nullable TlsFiles files, String prefix) {
    if (secure && files == null) {
      throw new ConfigException(
          "%s %s needs --%scert-file and --%skey-file; name them or use http://"
              .formatted(flag, urls, prefix, prefix));
    }
    if (!secure && files != null) {
      throw new ConfigException(
          "--%scert-file %s is not used, since %s %s has no https://; write https:// or leave the certificate out"
              .formatted(prefix, files.certificate(), flag, urls));
    }
  }
}
