package dev.balsa.node.tls;

import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * Which versions of TLS are spoken, and by which cipher suites.
 *
 * @param versions the newest that both sides have is taken
 * @param suites those of 1.2 by their registered names (RFC 5246), the best first; empty for the
 *     platform's own. Those of 1.3 are all good and not chosen, as in etcd.
 */
public record Spoken(Versions versions, List<String> suites) {
  /** TLS 1.3 and nothing else. */
  public static final Spoken TLS13 = new Spoken(Versions.ONLY_13, List.of());

  /** What there is to choose from. */
  public enum Versions {
    ONLY_13,
    BOTH,
    ONLY_12
  }

  /**
   * Refuses suites that the platform does not have, and any where 1.2 is not spoken.
   *
   * @throws TlsException that names the suite
   */
  public Spoken {
    suites = List.copyOf(suites);
    if (!suites.isEmpty()) {
      if (versions == Versions.ONLY_13) {
        throw new TlsException(
            "cipher suites cannot be configured when only TLS1.3 is enabled; take TLS 1.2, too, or leave them out");
      }
      List<String> known = platform().filter(Spoken::isOf12).toList();
      for (String suite : suites) {
        if (!known.contains(suite)) {
          throw new TlsException(
              "unexpected TLS cipher suite \"%s\"; there are %s"
                  .formatted(suite, String.join(", ", known)));
        }
      }
    }
  }

  private static Stream<String> platform() {
    try {
      return Stream.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites())
          .filter(name -> !name.contains("_NULL_") && !name.contains("_anon_"))
          .filter(name -> !name.endsWith("_SCSV"));
    } catch (NoSuchAlgorithmException e) {
      throw new TlsException("this Java speaks no TLS: " + e.getMessage(), e);
    }
  }

  /** In 1.3 a suite says nothing of how keys are agreed on (RFC 8446 B.4). */
  private static boolean isOf12(String suite) {
    return suite.contains("_WITH_");
  }

  /** Whether 1.2 is spoken. */
  public boolean tls12() {
    return versions != Versions.ONLY_13;
  }

  /** In Java's names. */
  String[] protocols() {
    return switch (versions) {
      case ONLY_13 -> new String[] {"TLSv1.3"};
      case BOTH -> new String[] {"TLSv1.3", "TLSv1.2"};
      case ONLY_12 -> new String[] {"TLSv1.2"};
    };
  }

  /** Has {@code parameters}, which have the platform's suites, speak so. */
  void setIn(SSLParameters parameters) {
    parameters.setProtocols(protocols());
    if (!suites.isEmpty()) {
      Stream<String> of13 = Stream.of(parameters.getCipherSuites()).filter(it -> !isOf12(it));
      parameters.setCipherSuites(Stream.concat(of13, suites.stream()).toArray(String[]::new));
      parameters.setUseCipherSuitesOrder(true);
    }
  }
}
