package dev.balsa.server.whole;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.balsa.proto.CampaignRequest;
import dev.balsa.proto.CampaignResponse;
import dev.balsa.proto.ElectionGrpc;
import dev.balsa.proto.LeaderKey;
import dev.balsa.proto.LeaderRequest;
import dev.balsa.proto.LeaseGrantRequest;
import dev.balsa.proto.LeaseRevokeRequest;
import dev.balsa.proto.LockRequest;
import dev.balsa.proto.ProclaimRequest;
import dev.balsa.proto.ResignRequest;
import dev.balsa.proto.UnlockRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** Locks and elections: taken, waited for, given back; nobody waits for ever. */
final class ContestTheme implements Theme {
  private static final List<Long> LEASES = List.of(31L, 32L, -33L);
  private static final long UNKNOWN_LEASE = 99;

  private final Random random;
  private final Deque<Step> planned = new ArrayDeque<>();
  private final List<LeaderKey> elected = new ArrayList<>();
  private int names;
  private int ownLeases;

  ContestTheme(Random random) {
    this.random = random;
    for (long lease : LEASES) {
      plan(LeaseGrantRequest.newBuilder().setID(lease).setTTL(7_000).build());
    }
  }

  @Override
  public void begin(int leases) {
    ownLeases = leases;
  }

  private void plan(Message request) {
    planned.add(Step.ask(request));
  }

  @Override
  public Step next() {
    if (planned.isEmpty()) {
      plan();
    }
    return planned.remove();
  }

  @Override
  public void heard(Step step, Answer answer) {
    if (answer.response() instanceof CampaignResponse response) {
      elected.add(response.getLeader());
    }
  }

  private void plan() {
    switch (random.nextInt(9)) {
      case 0 -> lock(someLease());
      case 1 -> queueForLock();
      case 2 -> lockWithoutLease();
      case 3 -> plan(LockRequest.newBuilder().setName(someName()).setLease(UNKNOWN_LEASE).build());
      case 4 -> plan(UnlockRequest.newBuilder().setKey(someName()).build());
      case 5 -> campaign(freshName(), someLease());
      case 6 -> queueForElection();
      case 7 -> plan(LeaderRequest.newBuilder().setName(someName()).build());
      default -> askAboutElected();
    }
  }

  /** Nobody else has the lock, so that it is there at once; the same lease may have it twice. */
  private void lock(long lease) {
    ByteString name = freshName();
    plan(lock(name, lease));
    plan(lock(name, lease));
    if (random.nextBoolean()) {
      plan(unlock(key(name, lease)));
    }
  }

  private void queueForLock() {
    ByteString name = freshName();
    plan(lock(name, LEASES.get(0)));
    planned.add(new Step.Begin(Step.ask(lock(name, LEASES.get(1))), key(name, LEASES.get(1))));
    plan(unlock(key(name, LEASES.get(0))));
    planned.add(new Step.End());
    planned.add(new Step.Begin(Step.ask(lock(name, LEASES.get(2))), key(name, LEASES.get(2))));
    plan(unlock(key(name, LEASES.get(1))));
    planned.add(new Step.End());
    plan(unlock(key(name, LEASES.get(2))));
  }

  private void lockWithoutLease() {
    ByteString name = freshName();
    long lease = Names.lease(++ownLeases);
    plan(lock(name, 0));
    plan(unlock(key(name, lease)));
    plan(LeaseRevokeRequest.newBuilder().setID(lease).build());
  }

  private void campaign(ByteString name, long lease) {
    plan(campaign(name, lease, "first"));
    plan(campaign(name, lease, "again"));
    plan(LeaderRequest.newBuilder().setName(name).build());
    LeaderRequest observe = LeaderRequest.newBuilder().setName(name).build();
    planned.add(new Step.Ask(ElectionGrpc.getObserveMethod(), observe, null));
  }

  private void queueForElection() {
    ByteString name = freshName();
    plan(campaign(name, LEASES.get(0), "one"));
    planned.add(
        new Step.Begin(Step.ask(campaign(name, LEASES.get(1), "two")), key(name, LEASES.get(1))));
    plan(unlock(key(name, LEASES.get(0))));
    planned.add(new Step.End());
    plan(LeaderRequest.newBuilder().setName(name).build());
  }

  private void askAboutElected() {
    if (elected.isEmpty() || random.nextInt(6) == 0) {
      plan(ResignRequest.getDefaultInstance());
      plan(ProclaimRequest.getDefaultInstance());
      plan(CampaignRequest.newBuilder().setName(freshName()).setLease(UNKNOWN_LEASE).build());
      return;
    }
    LeaderKey.Builder leader = elected.get(random.nextInt(elected.size())).toBuilder();
    if (random.nextInt(4) == 0) {
      leader.setRev(leader.getRev() + 1);
    }
    if (random.nextInt(6) == 0) {
      leader.setLease(UNKNOWN_LEASE);
    }
    ByteString value = ByteString.copyFromUtf8("v" + random.nextInt(9));
    plan(ProclaimRequest.newBuilder().setLeader(leader).setValue(value).build());
    if (random.nextInt(3) == 0) {
      plan(ResignRequest.newBuilder().setLeader(leader).build());
    }
    plan(LeaderRequest.newBuilder().setName(leader.getName()).build());
  }

  private static Message lock(ByteString name, long lease) {
    return LockRequest.newBuilder().setName(name).setLease(lease).build();
  }

  private static Message unlock(ByteString key) {
    return UnlockRequest.newBuilder().setKey(key).build();
  }

  private static Message campaign(ByteString name, long lease, String value) {
    return CampaignRequest.newBuilder()
        .setName(name)
        .setLease(lease)
        .setValue(ByteString.copyFromUtf8(value))
        .build();
  }

  /** As Go prints a signed number. */
  private static ByteString key(ByteString name, long lease) {
    return name.concat(ByteString.copyFromUtf8("/" + Long.toString(lease, 16)));
  }

  private ByteString freshName() {
    return ByteString.copyFromUtf8("contest" + ++names);
  }

  private ByteString someName() {
    return ByteString.copyFromUtf8("contest" + random.nextInt(names + 2));
  }

  private long someLease() {
    return LEASES.get(random.nextInt(LEASES.size()));
  }
}
