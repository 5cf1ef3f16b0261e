/**
 * TLS out of PEM files, for whoever connects and whoever accepts. It makes {@link
 * javax.net.ssl.SSLEngine}s and knows no socket: {@link dev.balsa.node.net} puts one around a
 * peer's channel, a server around a client's.
 *
 * <p>{@link dev.balsa.node.tls.TlsFiles} says where the certificates are, {@link
 * dev.balsa.node.tls.Tls} looks at those files at each handshake, so that new ones count from the
 * next connection on:
 *
 * <pre>{@code
 * Tls tls = Tls.open(TlsFiles.of(certificate, key).trusting(authority).demandingCertificates());
 * SSLEngine accepting = tls.accepting();
 * SSLEngine dialing = tls.dialing("10.0.0.2", 2380);   // whose certificate must name 10.0.0.2
 * }</pre>
 */
@org.jspecify.annotations.NullMarked
package dev.balsa.node.tls;
