package dev.balsa.junit;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An unmodified client of etcd's, with text for bytes. */
record Jetcd(Client client) implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  static Jetcd of(List<URI> endpoints) {
    return new Jetcd(Client.builder().endpoints(endpoints).build());
  }

  static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }

  void put(String key, String value) {
    get(client.getKVClient().put(bytes(key), bytes(value)));
  }

  void putLeased(String key, String value, long lease) {
    PutOption leased = PutOption.builder().withLeaseId(lease).build();
    get(client.getKVClient().put(bytes(key), bytes(value), leased));
  }

  long grant(Duration ttl) {
    return get(client.getLeaseClient().grant(ttl.toSeconds())).getID();
  }

  List<String> values(String key) {
    return texts(get(client.getKVClient().get(bytes(key))));
  }

  /** As this member has it, be that old. */
  List<String> staleValues(String key) {
    GetOption serializable = GetOption.builder().withSerializable(true).build();
    return texts(get(client.getKVClient().get(bytes(key), serializable)));
  }

  private static List<String> texts(GetResponse response) {
    return response.getKvs().stream().map(KeyValue::getValue).map(it -> it.toString()).toList();
  }

  static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("a client's call failed", e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
