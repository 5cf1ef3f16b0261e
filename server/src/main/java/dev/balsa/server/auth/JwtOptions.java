package dev.balsa.server.auth;

import dev.balsa.server.config.GoDuration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind {@code --auth-token jwt,}: etcd's options.
 *
 * @param method a signing method by its JWT name, as {@code RS256}
 * @param publicKey verifies; may be left out where the private key says all
 * @param privateKey signs; a member without it can look at tokens but make none
 */
record JwtOptions(
    String method, @Nullable Path publicKey, @Nullable Path privateKey, Duration ttl) {
  private static final Duration TTL = Duration.ofMinutes(5);
  private static final List<String> METHODS =
      List.of(
          "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "HS256",
          "HS384", "HS512", "EdDSA");

  static JwtOptions parse(String flag) {
    Map<String, String> options = new TreeMap<>();
    for (String option : flag.substring("jwt".length()).split(",", -1)) {
      if (option.isEmpty()) {
        continue;
      }
      int equals = option.indexOf('=');
      if (equals < 0) {
        throw JwtTokens.bad("option '%s' has no value; write %s=VALUE".formatted(option, option));
      }
      if (options.put(option.substring(0, equals), option.substring(equals + 1)) != null) {
        throw JwtTokens.bad("option '%s' is given twice; give it once".formatted(option));
      }
    }
    for (String name : options.keySet()) {
      if (!List.of("sign-method", "pub-key", "priv-key", "ttl").contains(name)) {
        throw JwtTokens.bad(
            "option '%s' is unknown; there are sign-method, pub-key, priv-key and ttl"
                .formatted(name));
      }
    }
    String method = options.get("sign-method");
    if (method == null || !METHODS.contains(method)) {
      throw JwtTokens.bad(
          "sign-method '%s' is unknown; it is one of %s"
              .formatted(method == null ? "" : method, String.join(", ", METHODS)));
    }
    Path publicKey = path(options.get("pub-key"));
    Path privateKey = path(options.get("priv-key"));
    if (publicKey == null && privateKey == null) {
      throw JwtTokens.bad("there is no key; give pub-key=FILE to verify, priv-key=FILE to sign");
    }
    String ttl = options.get("ttl");
    return new JwtOptions(method, publicKey, privateKey, ttl == null ? TTL : duration(ttl));
  }

  boolean isSecret() {
    return method.startsWith("HS");
  }

  private static @Nullable Path path(@Nullable String text) {
    return text == null ? null : Path.of(text);
  }

  private static Duration duration(String text) {
    return GoDuration.parse(text)
        .orElseThrow(
            () ->
                JwtTokens.bad(
                    "ttl '%s' is no duration; write it as 5m, 300s or 1h".formatted(text)));
  }
}
