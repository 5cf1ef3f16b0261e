package dev.balsa.node.tls;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** Whom a certificate is made out to. */
public final class CertificateNames {
  private static final int DNS = 2;
  private static final int IP = 7;

  /** RFC 2253 escapes by a backslash, and writes what is no text as a number sign and digits. */
  private static final Pattern COMMON_NAME =
      Pattern.compile("(?:^|(?<!\\\\)[,+])CN=((?:\\\\.|[^,+#\\\\])(?:\\\\.|[^,+\\\\])*)");

  private static final Pattern LITERAL = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|.*:.*");

  private CertificateNames() {}

  /**
   * Whether {@code host} is one of the certificate's subject alternative names, as RFC 6125 has it:
   * an address as it is, a name without regard to case, and a star for a whole first label. The
   * common name does not count.
   */
  public static boolean names(X509Certificate certificate, String host) {
    boolean literal = isAddress(host);
    for (Alternative one : alternatives(certificate)) {
      if (literal
          ? one.type == IP && sameAddress(one.value, host)
          : one.type == DNS && matches(one.value, host)) {
        return true;
      }
    }
    return false;
  }

  /** Whether {@code host} is an address as opposed to a name. */
  static boolean isAddress(String host) {
    return LITERAL.matcher(host).matches();
  }

  /** The common name, the most specific one of several; null if there is none. */
  public static @Nullable String commonName(X509Certificate certificate) {
    String name = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
    Matcher common = COMMON_NAME.matcher(name);
    return common.find() ? common.group(1).replaceAll("\\\\(.)", "$1") : null;
  }

  /** The certificate in a message to a person. */
  public static String describe(X509Certificate certificate) {
    List<String> hosts = alternatives(certificate).stream().map(Alternative::value).toList();
    String subject = certificate.getSubjectX500Principal().getName();
    return hosts.isEmpty() ? subject : subject + " for " + String.join(", ", hosts);
  }

  private record Alternative(int type, String value) {}

  private static List<Alternative> alternatives(X509Certificate certificate) {
    List<Alternative> found = new ArrayList<>();
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      if (names != null) {
        for (List<?> name : names) {
          if (name.get(0) instanceof Integer type && name.get(1) instanceof String value) {
            found.add(new Alternative(type, value));
          }
        }
      }
      return found;
    } catch (CertificateParsingException e) {
      return List.of(); // names that cannot be read name nobody
    }
  }

  /** Both are literals, so no name service is asked. */
  private static boolean sameAddress(String one, String other) {
    try {
      return InetAddress.getByName(one).equals(InetAddress.getByName(other));
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static boolean matches(String pattern, String host) {
    String wanted = host.toLowerCase(Locale.ROOT);
    String given = pattern.toLowerCase(Locale.ROOT);
    if (!given.startsWith("*.")) {
      return given.equals(wanted);
    }
    int dot = wanted.indexOf('.');
    return dot > 0 && given.indexOf('.', 2) > 0 && wanted.substring(dot).equals(given.substring(1));
  }
}
