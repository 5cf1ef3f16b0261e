package dev.balsa.server.rpc;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The version that a downgrade is to lead to: as in etcd the minor version before this one. */
final class DowngradeTarget {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})\\.(\\d{1,9})(\\.\\d+([-+].*)?)?");

  private DowngradeTarget() {}

  /** What is wrong with {@code target}, null if a cluster of {@code cluster} could go there. */
  static @Nullable EtcdError errorIn(String target, String cluster) {
    Matcher wanted = FORM.matcher(target);
    if (!wanted.matches()) {
      return EtcdError.BAD_DOWNGRADE_FORMAT;
    }
    Matcher now = FORM.matcher(cluster);
    boolean isNext =
        now.matches()
            && wanted.group(1).equals(now.group(1))
            && Integer.parseInt(wanted.group(2)) == Integer.parseInt(now.group(2)) - 1;
    return isNext ? null : EtcdError.BAD_DOWNGRADE_TARGET;
  }

  /** Major and minor version, by which etcd names a cluster's. */
  static String minor(String version) {
    Matcher parts = FORM.matcher(version);
    return parts.matches() ? parts.group(1) + "." + parts.group(2) : version;
  }
}
