package dev.balsa.server.config;

import dev.balsa.raft.ClusterId;
import dev.balsa.raft.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The members a cluster starts with, and the ids that follow from them: nobody hands ids out, so
 * each member computes all of them from what every member is told alike.
 *
 * @param members in order of name, at least one
 */
public record InitialCluster(ClusterId id, List<InitialMember> members) {
  private static final String FLAG = "--initial-cluster";

  public InitialCluster {
    members = List.copyOf(members);
  }

  /**
   * Reads {@code name=url,name=url,…}; a name that comes again adds a URL.
   *
   * @param token sets clusters apart that would otherwise look the same
   */
  public static InitialCluster parse(String value, String token) {
    Map<String, List<Url>> urls = new TreeMap<>();
    for (String part : value.split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals <= 0) {
        throw new ConfigException(
            "%s has '%s', which is no NAME=URL; write it like a=http://10.0.0.1:2380,b=…"
                .formatted(FLAG, part));
      }
      urls.computeIfAbsent(part.substring(0, equals).strip(), name -> new ArrayList<>())
          .add(Url.parse(FLAG, part.substring(equals + 1).strip()));
    }
    List<InitialMember> members =
        urls.entrySet().stream().map(it -> member(it.getKey(), it.getValue(), token)).toList();
    if (members.stream().map(InitialMember::id).distinct().count() != members.size()) {
      throw new ConfigException(
          "%s %s gives two members the same URLs; give each its own".formatted(FLAG, value));
    }
    String all =
        members.stream()
            .map(member -> member.id().toString())
            .sorted()
            .collect(Collectors.joining(","));
    return new InitialCluster(new ClusterId(hash("cluster", token, all)), members);
  }

  /** The member called {@code name}. */
  public InitialMember member(String name) {
    return members.stream()
        .filter(member -> member.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException(
                    "--name %s does not stand in %s (%s); add it there or use one of these names"
                        .formatted(
                            name,
                            FLAG,
                            members.stream()
                                .map(InitialMember::name)
                                .collect(Collectors.joining(", ")))));
  }

  private static InitialMember member(String name, List<Url> urls, String token) {
    List<Url> sorted = urls.stream().sorted(Comparator.comparing(Url::toString)).toList();
    String all = sorted.stream().map(Url::toString).collect(Collectors.joining(","));
    return new InitialMember(new NodeId(hash("member", token, all)), name, sorted);
  }

  /** The first 64 bits of SHA-256, never 0, which means nobody. */
  private static long hash(String kind, String token, String text) {
    byte[] input = (kind + '\n' + token + '\n' + text).getBytes(StandardCharsets.UTF_8);
    try {
      long hash = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(input)).getLong();
      return hash == 0 ? 1 : hash;
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
