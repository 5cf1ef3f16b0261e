package dev.balsa.server.live;

import dev.balsa.raft.Sentence;
import dev.balsa.server.backend.ClusterMember;
import dev.balsa.server.http.HttpQuery.Provenance;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells requests of this server's own page from those that another site makes a browser send. The
 * body must be JSON, which no form can claim; origin and host must be the same, and where TLS is
 * spoken the page must have come by it, or anybody on its way wrote it; and the host must be an
 * address, localhost or in a member's client URL, since any other name may be one that an attacker
 * lets lead here (DNS rebinding).
 */
final class SamePage {
  private SamePage() {}

  /** Why a request is refused, or null if it is the page's. */
  static @Nullable Sentence objection(Provenance from, List<ClusterMember> members) {
    if (!from.contentType().matches("(?i)application/json\\s*(;.*)?")) {
      return Sentence.of(
          "the content type is \"%s\", must be application/json", from.contentType());
    }
    boolean same =
        from.origin().equals("https://" + from.host())
            || (!from.secure() && from.origin().equals("http://" + from.host()));
    if (!same) {
      return Sentence.of(
          "the request comes from \"%s\" and not from this server's page at \"%s\"",
          from.origin(), from.host());
    }
    if (!from.site().isEmpty() && !from.site().equals("same-origin")) {
      return Sentence.of(
          "the browser says that the request comes from another page (%s)", from.site());
    }
    String name = from.host().replaceFirst(":\\d+$", "");
    return isAddress(name) || names(members).anyMatch(name::equalsIgnoreCase)
        ? null
        : Sentence.of(
            "\"%s\" is no name of a member; open the page at an advertised client URL", name);
  }

  private static boolean isAddress(String name) {
    return name.equalsIgnoreCase("localhost")
        || name.matches("\\d{1,3}(\\.\\d{1,3}){3}")
        || name.matches("\\[[0-9a-fA-F:.]+]");
  }

  private static Stream<String> names(List<ClusterMember> members) {
    return members.stream()
        .flatMap(member -> member.clientUrls().stream())
        .map(url -> URI.create(url).getHost())
        .filter(Objects::nonNull);
  }
}
