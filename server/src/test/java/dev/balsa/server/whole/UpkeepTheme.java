package dev.balsa.server.whole;

import com.google.protobuf.Message;
import dev.balsa.proto.AlarmRequest;
import dev.balsa.proto.AlarmType;
import dev.balsa.proto.DefragmentRequest;
import dev.balsa.proto.HashKVRequest;
import dev.balsa.proto.HashRequest;
import dev.balsa.proto.MemberAddRequest;
import dev.balsa.proto.MemberListRequest;
import dev.balsa.proto.MemberPromoteRequest;
import dev.balsa.proto.MemberRemoveRequest;
import dev.balsa.proto.MemberUpdateRequest;
import dev.balsa.proto.MoveLeaderRequest;
import dev.balsa.proto.SnapshotRequest;
import dev.balsa.proto.StatusRequest;
import java.util.List;
import java.util.Random;

/** Members, alarms and maintenance among other requests; nothing that changes the membership. */
final class UpkeepTheme implements Theme {
  private static final List<Long> IDS = List.of(Names.SELF, 0L, 1L, -1L, Long.MIN_VALUE);
  private static final List<String> URLS =
      List.of(
          Names.PEER_URL, "", "x", "http://h", "h:1", "ftp://h:1", "http://h:1/path", "http://:x");

  private final Random random;
  private final RandomRequests requests;
  private final int alarm; // of one kind, see KnownDifference.TWO_ALARMS

  UpkeepTheme(Random random) {
    this.random = random;
    this.requests = new RandomRequests(random);
    this.alarm = random.nextInt(1, 3);
  }

  @Override
  public Step next() {
    if (requests.oneIn(2)) {
      Message request = requests.next();
      while (KnownDifference.PUT_DEEP_IN_A_FULL_STORE.touches(request)) {
        request = requests.next();
      }
      return Step.ask(request);
    }
    return Step.ask(requests.oneIn(2) ? maintenance() : member());
  }

  @Override
  public void heard(Step step, Answer answer) {
    requests.revision(answer.revision());
  }

  private Message member() {
    return switch (random.nextInt(6)) {
      case 0, 1 -> MemberListRequest.newBuilder().setLinearizable(requests.oneIn(2)).build();
      case 2 -> {
        MemberAddRequest.Builder add =
            MemberAddRequest.newBuilder().setIsLearner(requests.oneIn(2));
        for (int n = random.nextInt(3); n > 0; n--) {
          add.addPeerURLs(url());
        }
        yield add.build();
      }
      case 3 -> MemberRemoveRequest.newBuilder().setID(id()).build();
      case 4 -> {
        MemberUpdateRequest.Builder update = MemberUpdateRequest.newBuilder().setID(id());
        for (int n = random.nextInt(3); n > 0; n--) {
          update.addPeerURLs(url());
        }
        yield update.build();
      }
      default -> MemberPromoteRequest.newBuilder().setID(id()).build();
    };
  }

  private Message maintenance() {
    return switch (random.nextInt(12)) {
      case 0, 1, 2, 3, 4 ->
          AlarmRequest.newBuilder()
              .setActionValue(random.nextInt(requests.oneIn(8) ? 6 : 3))
              .setMemberID(alarm == AlarmType.CORRUPT_VALUE ? someoneElse() : id())
              .setAlarmValue(requests.oneIn(8) ? random.nextInt(6) == 0 ? 5 : 0 : alarm)
              .build();
      case 5 -> DefragmentRequest.getDefaultInstance();
      case 6 -> HashRequest.getDefaultInstance();
      case 7, 8 ->
          HashKVRequest.newBuilder()
              .setRevision(requests.oneIn(3) ? random.nextInt(-1, 1) : requests.someRevision())
              .build();
      case 9 -> MoveLeaderRequest.newBuilder().setTargetID(id()).build();
      case 10 -> SnapshotRequest.getDefaultInstance();
      default -> StatusRequest.getDefaultInstance();
    };
  }

  /** See {@link KnownDifference#FENCED_WHILE_CORRUPT}. */
  private long someoneElse() {
    return IDS.get(random.nextInt(1, IDS.size()));
  }

  private long id() {
    return IDS.get(random.nextInt(IDS.size()));
  }

  private String url() {
    return URLS.get(random.nextInt(URLS.size()));
  }
}
