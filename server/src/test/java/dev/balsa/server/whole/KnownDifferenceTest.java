package dev.balsa.server.whole;

import static dev.balsa.proto.AlarmRequest.AlarmAction.ACTIVATE;
import static dev.balsa.server.whole.Wording.delete;
import static dev.balsa.server.whole.Wording.nested;
import static dev.balsa.server.whole.Wording.permit;
import static dev.balsa.server.whole.Wording.put;
import static dev.balsa.server.whole.Wording.read;
import static dev.balsa.server.whole.Wording.txn;
import static dev.balsa.server.whole.Wording.update;
import static dev.balsa.server.whole.Wording.utf8;
import static dev.balsa.server.whole.Wording.watch;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.balsa.proto.AlarmRequest;
import dev.balsa.proto.AlarmType;
import dev.balsa.proto.AuthEnableRequest;
import dev.balsa.proto.AuthRoleAddRequest;
import dev.balsa.proto.AuthRoleGrantPermissionRequest;
import dev.balsa.proto.AuthUserAddRequest;
import dev.balsa.proto.AuthUserGrantRoleRequest;
import dev.balsa.proto.AuthenticateRequest;
import dev.balsa.proto.CompactionRequest;
import dev.balsa.proto.DeleteRangeRequest;
import dev.balsa.proto.HashKVRequest;
import dev.balsa.proto.KeyValue;
import dev.balsa.proto.LeaseGrantRequest;
import dev.balsa.proto.Permission;
import dev.balsa.proto.PutRequest;
import dev.balsa.proto.RangeRequest;
import dev.balsa.proto.RangeRequest.SortOrder;
import dev.balsa.proto.RangeRequest.SortTarget;
import dev.balsa.proto.RangeResponse;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.TxnRequest;
import dev.balsa.proto.WatchProgressRequest;
import dev.balsa.proto.WatchRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each {@link KnownDifference} is there, and is what it says. */
class KnownDifferenceTest {
  private static final String OK = "header {";
  private static final String DUPLICATE = "INVALID_ARGUMENT: etcdserver: duplicate key given";
  private static final String FUTURE = "OUT_OF_RANGE: etcdserver: mvcc: required revision is a fut";
  private static final String NO_USER = "INVALID_ARGUMENT: etcdserver: user name is empty";
  private static final String DENIED = "PERMISSION_DENIED: etcdserver: permission denied";
  private static final String NO_SPACE = "RESOURCE_EXHAUSTED: etcdserver: mvcc: database space";
  private static final String CORRUPT = "DATA_LOSS: etcdserver: corrupt cluster";
  private static final String ALICE = "alice";

  @TempDir static Path folder;

  private static TwoServers servers;
  private static Pair pair;

  @BeforeAll
  static void start() throws Exception {
    servers = TwoServers.start(folder);
    pair = servers.pair();
  }

  @AfterAll
  static void end() {
    if (servers != null) {
      servers.close();
    }
  }

  /** What etcd says to a range that ends before it begins depends on its tree of permissions. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "EMPTY_RANGE_NEEDS_LITTLE")
  void bothAnswerAsTheReasonSays(KnownDifference difference) throws Exception {
    pair.reset();

    switch (difference) {
      case LIMIT_BEFORE_SORT -> limitBeforeSort();
      case PUT_UNDER_ENDLESS_DELETE ->
          bothRefuse(txn(put("k"), delete("a", "\0"), read("k", 1L << 40)));
      case PUT_UNDER_DELETE_OF_NEIGHBOR ->
          bothRefuse(txn(nested(put("k")), nested(delete("k", "")), read("k", 1L << 40)));
      case PROGRESS_OF_FUTURE -> progressOfFuture();
      case PERMISSION_FOR_NOTHING -> permissionForNothing();
      case LEASES_NEED_A_USER -> {
        users();
        differ(LeaseGrantRequest.newBuilder().setTTL(5_000).build(), null, OK, NO_USER);
      }
      case TOKEN_WITHOUT_AUTHENTICATION ->
          differ(
              PutRequest.newBuilder().setKey(utf8("k")).build(),
              Step.WRONG,
              "UNAUTHENTICATED: etcdserver: invalid auth token",
              OK);
      case UPDATE_TO_BAD_URL -> updateToBadUrl();
      case OTHER_REASON_FIRST -> otherReasonFirst();
      case PUT_DEEP_IN_A_FULL_STORE -> {
        alarm(AlarmType.NOSPACE);
        differ(txn(nested(put("k"))), null, OK, NO_SPACE);
      }
      case WATCH_WITHOUT_END -> watchWithoutEnd();
      case SORT_OF_NO_KIND ->
          passedOver(
              KnownDifference.SORT_OF_NO_KIND,
              RangeRequest.newBuilder().setKey(utf8("k")).setSortOrderValue(7).build(),
              OK,
              "INVALID_ARGUMENT: etcdserver: invalid sort option");
      case COMPACTION_NEEDS_ROOT -> {
        users();
        differ(
            CompactionRequest.newBuilder().setRevision(pair.revision()).build(), ALICE, OK, DENIED);
      }
      case NESTED_NEEDS_PERMISSION -> {
        users();
        differ(txn(nested(put("secret"))), ALICE, OK, DENIED);
      }
      case PREV_IN_TXN_NEEDS_READ -> prevInTxn();
      case TWO_ALARMS -> {
        alarm(AlarmType.CORRUPT);
        alarm(AlarmType.NOSPACE);
        differ(DeleteRangeRequest.newBuilder().setKey(utf8("k")).build(), null, OK, CORRUPT);
      }
      case FENCED_WHILE_CORRUPT -> {
        alarm(AlarmType.CORRUPT, Names.SELF);
        differ(RangeRequest.newBuilder().setKey(utf8("k")).build(), null, OK, CORRUPT);
      }
      case NESTED_READ_WHILE_CORRUPT -> {
        alarm(AlarmType.CORRUPT);
        explained(txn(nested(read("k", 0))), null, CORRUPT, OK);
      }
      case HASH_AT_COMPACTION -> {
        ask(PutRequest.newBuilder().setKey(utf8("k")).build());
        long revision = pair.revision();
        ask(CompactionRequest.newBuilder().setRevision(revision).setPhysical(true).build());
        explained(
            HashKVRequest.newBuilder().setRevision(revision).build(),
            null,
            "OUT_OF_RANGE: etcdserver: mvcc: required revision has been compacted",
            OK);
      }
      case ORDER_OF_EQUALS -> orderOfEquals();
      case EMPTY_TXN_NEEDS_A_USER -> {
        users();
        explained(TxnRequest.getDefaultInstance(), null, OK, NO_USER);
      }
      case EMPTY_RANGE_NEEDS_LITTLE -> throw new AssertionError("etcd's answer is not one");
      case UNREADABLE -> unreadable();
      case ALARM_OF_NO_KIND ->
          passedOver(
              KnownDifference.ALARM_OF_NO_KIND,
              AlarmRequest.newBuilder().setAction(ACTIVATE).setMemberID(7).build(),
              "alarms {",
              "");
    }
  }

  private static void limitBeforeSort() throws Exception {
    for (String key : List.of("z/3", "z/2", "z/1")) {
      ask(PutRequest.newBuilder().setKey(utf8(key)).build());
    }
    RangeRequest oldest =
        RangeRequest.newBuilder()
            .setKey(utf8("z/"))
            .setRangeEnd(utf8("z0"))
            .setSortTarget(SortTarget.MOD)
            .setLimit(1)
            .build();

    Pair.Both both = both(Step.ask(oldest));

    assertThat(keys(both.wanted())).containsExactly("z/2");
    assertThat(keys(both.found())).containsExactly("z/3");
    assertThat(KnownDifference.LIMIT_BEFORE_SORT.touches(oldest)).isTrue();
  }

  /** The read at a revision to come makes etcd refuse in the end, so both stay alike. */
  private static void bothRefuse(TxnRequest txn) throws Exception {
    Pair.Both both = both(Step.ask(txn));

    assertThat(both.wanted().text()).startsWith(FUTURE);
    assertThat(both.found().text()).startsWith(DUPLICATE);
    assertThat(KnownDifference.passesOver(Step.ask(txn))).isTrue();
  }

  private static void progressOfFuture() throws Exception {
    WatchRequest patient = watch("k", "", Long.MAX_VALUE);
    WatchRequest progress =
        WatchRequest.newBuilder()
            .setProgressRequest(WatchProgressRequest.getDefaultInstance())
            .build();
    pair.play(new Step.OnStream(0, patient, null));
    CompletableFuture<Answer> told = servers.theirs().start(new Step.OnStream(0, progress, null));
    CompletableFuture<Answer> silence = servers.ours().start(new Step.OnStream(0, progress, null));

    assertThat(got(told).text()).contains("watch_id: -1");
    // A refusal on the same stream comes after what there was to say before.
    pair.play(new Step.OnStream(0, watch("b", "a", 0), null));
    assertThat(silence).isNotDone();
  }

  private static void permissionForNothing() throws Exception {
    ask(AuthRoleAddRequest.newBuilder().setName("r").build());
    passedOver(
        KnownDifference.PERMISSION_FOR_NOTHING,
        permit("r", "", ""),
        OK,
        "INVALID_ARGUMENT: etcdserver: invalid auth management");
    passedOver(
        KnownDifference.PERMISSION_FOR_NOTHING,
        permit("r", "b", "a"),
        OK,
        "INVALID_ARGUMENT: etcdserver: invalid auth management");
    AuthRoleGrantPermissionRequest.Builder noKind = permit("r", "a", "").toBuilder();
    noKind.getPermBuilder().setPermTypeValue(4);
    passedOver(
        KnownDifference.PERMISSION_FOR_NOTHING, noKind.build(), OK, "INVALID_ARGUMENT: etcdserver");
  }

  private static void updateToBadUrl() throws Exception {
    passedOver(
        KnownDifference.UPDATE_TO_BAD_URL,
        update("x"),
        OK,
        "INVALID_ARGUMENT: etcdserver: given member URLs are invalid");

    var back = got(servers.theirs().start(Step.ask(update(Names.PEER_URL))));
    assertThat(back.text()).startsWith(OK);
  }

  private static void otherReasonFirst() throws Exception {
    alarm(AlarmType.NOSPACE);
    explained(
        LeaseGrantRequest.newBuilder().setTTL(Long.MAX_VALUE).build(),
        null,
        NO_SPACE,
        "OUT_OF_RANGE: etcdserver: too large lease TTL");
    pair.reset();
    users();
    explained(
        PutRequest.getDefaultInstance(),
        Step.WRONG,
        "INVALID_ARGUMENT: etcdserver: key is not provided",
        "UNAUTHENTICATED: etcdserver: invalid auth token");
  }

  private static void prevInTxn() throws Exception {
    users();
    var writes = Permission.newBuilder().setPermType(Permission.Type.WRITE).setKey(utf8("w"));
    var grant = AuthRoleGrantPermissionRequest.newBuilder().setName("r").setPerm(writes).build();
    ask(grant, "root");
    var put = PutRequest.newBuilder().setKey(utf8("w"));

    ask(put.build(), ALICE);
    put.setPrevKv(true);
    differ(txn(RequestOp.newBuilder().setRequestPut(put).build()), ALICE, OK, DENIED);
  }

  private static void watchWithoutEnd() throws Exception {
    users();

    Pair.Both both = both(new Step.OnStream(0, watch("a", "\0", 0), ALICE));

    assertThat(both.wanted().text()).contains("created: true").doesNotContain("canceled");
    assertThat(both.found().text()).contains("canceled: true", "permission denied");
  }

  private static void orderOfEquals() throws Exception {
    TxnRequest.Builder many = TxnRequest.newBuilder();
    for (int n = 0; n < 40; n++) {
      many.addSuccess(put("k%02d".formatted(n)));
    }
    ask(many.build());
    for (int n = 0; n < 40; n += 3) {
      ask(PutRequest.newBuilder().setKey(utf8("k%02d".formatted(n))).build());
    }
    RangeRequest byVersion =
        RangeRequest.newBuilder()
            .setKey(utf8("k"))
            .setRangeEnd(utf8("l"))
            .setSortOrder(SortOrder.DESCEND)
            .setSortTarget(SortTarget.VERSION)
            .build();

    Pair.Both both = both(Step.ask(byVersion));

    assertThat(keys(both.found()).subList(0, 14)).isSorted();
    assertThat(keys(both.found()).subList(14, 40)).isSorted();
    assertThat(keys(both.wanted()))
        .containsExactlyInAnyOrderElementsOf(keys(both.found()))
        .isNotEqualTo(keys(both.found()));
  }

  private static void unreadable() throws Exception {
    ByteString cutShort = ByteString.copyFrom(new byte[] {10, 127});
    String refused = "INTERNAL: grpc: error unmarshalling request: ";
    explained(new Step.Raw("etcdserverpb.KV/Range", cutShort), refused, refused);
    String broken = "INTERNAL: grpc: failed to unmarshal the received message ";
    explained(new Step.Raw("etcdserverpb.Watch/Watch", cutShort), broken, broken);
    explained(
        new Step.Raw("etcdserverpb.KV/Guess", ByteString.EMPTY),
        "UNIMPLEMENTED: unknown method Guess",
        "UNIMPLEMENTED: Method not found");
  }

  /** Root, and alice who may do everything with the key {@code a}; authentication is on. */
  private static void users() throws Exception {
    ask(AuthUserAddRequest.newBuilder().setName("root").setPassword("p").build());
    ask(AuthUserGrantRoleRequest.newBuilder().setUser("root").setRole("root").build());
    ask(AuthUserAddRequest.newBuilder().setName(ALICE).setPassword("p").build());
    ask(AuthRoleAddRequest.newBuilder().setName("r").build());
    ask(permit("r", "a", ""));
    ask(AuthUserGrantRoleRequest.newBuilder().setUser(ALICE).setRole("r").build());
    ask(AuthEnableRequest.getDefaultInstance());
    ask(AuthenticateRequest.newBuilder().setName("root").setPassword("p").build());
    ask(AuthenticateRequest.newBuilder().setName(ALICE).setPassword("p").build());
  }

  private static void alarm(AlarmType type) throws Exception {
    alarm(type, 7);
  }

  private static void alarm(AlarmType type, long member) throws Exception {
    AlarmRequest raise =
        AlarmRequest.newBuilder().setAction(ACTIVATE).setMemberID(member).setAlarm(type).build();
    assertThat(pair.play(Step.ask(raise)).text()).startsWith("alarms {");
  }

  /** Both answer alike. */
  private static void ask(Message request) throws Exception {
    ask(request, null);
  }

  private static void ask(Message request, @Nullable String user) throws Exception {
    assertThat(pair.play(Step.ask(request, user)).text()).startsWith(OK);
  }

  /** A difference that would be found if it were not passed over. */
  private static void passedOver(
      KnownDifference reason, Message request, String theirs, String ours) throws Exception {
    assertThat(reason.touches(request)).isTrue();
    differ(request, null, theirs, ours);
  }

  /** A difference that is played and let pass. */
  private static void explained(Message request, @Nullable String user, String theirs, String ours)
      throws Exception {
    explained(Step.ask(request, user), theirs, ours);
  }

  private static void explained(Step step, String theirs, String ours) throws Exception {
    Pair.Both both = differ(step, theirs, ours);
    assertThat(KnownDifference.explains(step, both.wanted().text(), both.found().text())).isTrue();
  }

  private static void differ(Message request, @Nullable String user, String theirs, String ours)
      throws Exception {
    var unused = differ(Step.ask(request, user), theirs, ours);
  }

  private static Pair.Both differ(Step step, String theirs, String ours) throws Exception {
    Pair.Both both = both(step);
    assertThat(both.wanted().text()).as("etcd to %s", step.text()).startsWith(theirs);
    assertThat(both.found().text()).as("we to %s", step.text()).startsWith(ours);
    assertThat(both.found().text()).isNotEqualTo(both.wanted().text());
    return both;
  }

  private static Pair.Both both(Step step) throws Exception {
    return new Pair.Both(got(servers.theirs().start(step)), got(servers.ours().start(step)));
  }

  private static Answer got(CompletableFuture<Answer> answer) throws Exception {
    return answer.get(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static List<String> keys(Answer answer) {
    return ((RangeResponse) Objects.requireNonNull(answer.response()))
        .getKvsList().stream().map(KeyValue::getKey).map(ByteString::toStringUtf8).toList();
  }
}
