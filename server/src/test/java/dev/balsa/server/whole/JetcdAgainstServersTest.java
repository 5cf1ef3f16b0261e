package dev.balsa.server.whole;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.CompactOption;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.GetOption.SortOrder;
import io.etcd.jetcd.options.GetOption.SortTarget;
import io.etcd.jetcd.options.PutOption;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An unmodified jetcd sees the same in three servers as in a real etcd. */
class JetcdAgainstServersTest {
  private static final GetOption BY_PREFIX = GetOption.builder().isPrefix(true).build();

  @RegisterExtension static final EtcdAndServers both = EtcdAndServers.ofOne();

  @Test
  void everyOperationComesToTheSame() throws Exception {
    List<String> theirs = transcript(both.etcd().endpoints());
    List<String> ours = transcript(both.servers().endpoints());

    assertThat(ours).isEqualTo(theirs);
    assertThat(ours)
        .contains(
            "get future io.grpc.StatusRuntimeException: OUT_OF_RANGE:"
                + " etcdserver: mvcc: required revision is a future revision");
  }

  /** What the same operations come to, one line each. */
  private static List<String> transcript(List<String> endpoints) throws Exception {
    String[] urls = endpoints.stream().map(it -> "http://" + it).toArray(String[]::new);
    List<String> lines = new ArrayList<>();
    try (Client client = Client.builder().endpoints(urls).build()) {
      KV kv = client.getKVClient();
      PutOption withPrevious = PutOption.builder().withPrevKV().build();
      DeleteOption prefixWithPrevious =
          DeleteOption.builder().isPrefix(true).withPrevKV(true).build();

      lines.add("put " + put(kv.put(bytes("a/1"), bytes("one"))));
      lines.add("put again " + put(kv.put(bytes("a/1"), bytes("two"), withPrevious)));
      lines.add("put other " + put(kv.put(bytes("a/2"), bytes("three"))));
      lines.add("put leased " + put(kv.put(bytes("a/2"), bytes("x"), leased(123))));
      lines.add("put nothing " + put(kv.put(bytes(""), bytes("x"))));
      lines.add("get " + get(kv.get(bytes("a/1"))));
      lines.add("get absent " + get(kv.get(bytes("b"))));
      lines.add("get prefix " + get(kv.get(bytes("a/"), BY_PREFIX)));
      lines.add("get sorted " + get(kv.get(bytes("a/"), newestFirst())));
      lines.add("get old " + get(kv.get(bytes("a/1"), at(2))));
      lines.add("get future " + get(kv.get(bytes("a/1"), at(999))));
      lines.add("txn then " + txn(swap(kv, "two")));
      lines.add("txn else " + txn(swap(kv, "two")));
      lines.add("txn twice " + txn(kv.txn().Then(putOf("c"), putOf("c")).commit()));
      lines.add("compact " + compact(kv.compact(4)));
      lines.add("compact physical " + compact(kv.compact(5, physical())));
      lines.add("compact again " + compact(kv.compact(4)));
      lines.add("compact future " + compact(kv.compact(999)));
      lines.add("get compacted " + get(kv.get(bytes("a/1"), at(2))));
      lines.add("delete " + delete(kv.delete(bytes("a/"), prefixWithPrevious)));
      lines.add("delete absent " + delete(kv.delete(bytes("a/1"))));
      lines.add("get deleted " + get(kv.get(bytes("a/"), BY_PREFIX)));
    }
    return lines;
  }

  private static CompletableFuture<TxnResponse> swap(KV kv, String expected) {
    return kv.txn()
        .If(new Cmp(bytes("a/1"), Cmp.Op.EQUAL, CmpTarget.value(bytes(expected))))
        .Then(putOf("a/1"), Op.get(bytes("a/"), BY_PREFIX))
        .Else(Op.get(bytes("a/1"), GetOption.DEFAULT))
        .commit();
  }

  private static Op putOf(String key) {
    return Op.put(bytes(key), bytes("new"), PutOption.DEFAULT);
  }

  private static PutOption leased(long lease) {
    return PutOption.builder().withLeaseId(lease).build();
  }

  private static GetOption at(long revision) {
    return GetOption.builder().withRevision(revision).build();
  }

  private static GetOption newestFirst() {
    return GetOption.builder()
        .isPrefix(true)
        .withSortField(SortTarget.MOD)
        .withSortOrder(SortOrder.DESCEND)
        .withLimit(1)
        .build();
  }

  private static CompactOption physical() {
    return CompactOption.builder().withCompactPhysical(true).build();
  }

  private static String put(CompletableFuture<io.etcd.jetcd.kv.PutResponse> call) throws Exception {
    return told(
        call.thenApply(
            it -> it.getHeader().getRevision() + (it.hasPrevKv() ? text(it.getPrevKv()) : " new")));
  }

  private static String get(CompletableFuture<GetResponse> call) throws Exception {
    return told(call.thenApply(JetcdAgainstServersTest::text));
  }

  private static String delete(CompletableFuture<io.etcd.jetcd.kv.DeleteResponse> call)
      throws Exception {
    return told(
        call.thenApply(
            it -> it.getHeader().getRevision() + " " + it.getDeleted() + texts(it.getPrevKvs())));
  }

  private static String txn(CompletableFuture<TxnResponse> call) throws Exception {
    return told(
        call.thenApply(
            it ->
                it.getHeader().getRevision()
                    + " "
                    + it.isSucceeded()
                    + it.getPutResponses().size()
                    + it.getGetResponses().stream().map(JetcdAgainstServersTest::text).toList()));
  }

  private static String compact(CompletableFuture<io.etcd.jetcd.kv.CompactResponse> call)
      throws Exception {
    return told(call.thenApply(it -> "at " + it.getHeader().getRevision()));
  }

  /** The result, or the error's code and text. */
  private static String told(CompletableFuture<String> call) throws Exception {
    try {
      return call.get(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return String.valueOf(e.getCause());
    }
  }

  private static String text(GetResponse response) {
    return response.getHeader().getRevision()
        + " of "
        + response.getCount()
        + (response.isMore() ? " and more" : "")
        + texts(response.getKvs());
  }

  private static String texts(List<KeyValue> kvs) {
    return kvs.stream().map(JetcdAgainstServersTest::text).toList().toString();
  }

  private static String text(KeyValue kv) {
    return " %s=%s created %d changed %d version %d lease %d"
        .formatted(
            kv.getKey(),
            kv.getValue(),
            kv.getCreateRevision(),
            kv.getModRevision(),
            kv.getVersion(),
            kv.getLease());
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }
}
