package dev.balsa.server.lease;

import dev.balsa.kv.Caller;
import dev.balsa.kv.Command;
import dev.balsa.kv.Command.Remaining;
import dev.balsa.kv.CommandCodec;
import dev.balsa.kv.CommandRules;
import dev.balsa.kv.KeyRange;
import dev.balsa.kv.KvMachine;
import dev.balsa.kv.KvResult;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.kv.Lease;
import dev.balsa.node.Consistency;
import dev.balsa.node.tls.Tls;
import dev.balsa.proto.LeaseGrantRequest;
import dev.balsa.proto.LeaseGrantResponse;
import dev.balsa.proto.LeaseGrpc;
import dev.balsa.proto.LeaseKeepAliveRequest;
import dev.balsa.proto.LeaseKeepAliveResponse;
import dev.balsa.proto.LeaseLeasesRequest;
import dev.balsa.proto.LeaseLeasesResponse;
import dev.balsa.proto.LeaseRevokeRequest;
import dev.balsa.proto.LeaseRevokeResponse;
import dev.balsa.proto.LeaseStatus;
import dev.balsa.proto.LeaseTimeToLiveRequest;
import dev.balsa.proto.LeaseTimeToLiveResponse;
import dev.balsa.raft.Bytes;
import dev.balsa.server.backend.Backend;
import dev.balsa.server.rpc.Deadlines;
import dev.balsa.server.rpc.EtcdError;
import dev.balsa.server.rpc.Headers;
import dev.balsa.server.rpc.KvMapping;
import dev.balsa.server.rpc.OneAnswer;
import dev.balsa.server.rpc.Requests;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** etcd's Lease service, on every member. Thread-safe. */
public final class LeaseService extends LeaseGrpc.LeaseImplBase implements AutoCloseable {
  /** Looks for leases whose time is over this often. */
  private static final Duration EXPIRE_EVERY = Duration.ofMillis(100);

  private static final Duration MARK_EVERY = Duration.ofSeconds(10);

  /** As etcd with checkpoints: what is left of a lease is written down every five minutes. */
  private static final Duration MARK_AFTER = Duration.ofMinutes(5);

  private final Requests requests;
  private final Headers headers;
  private final LeaseClock clock;
  private final LeaderQuestion.Asking asking;
  private final LeaderCalls leader;
  private final long ttlSecondsMin;
  private final Set<KeepAliveStream> streams = ConcurrentHashMap.newKeySet();

  private LeaseService(
      Requests requests,
      Headers headers,
      LeaseClock clock,
      LeaderQuestion.Asking asking,
      LeaderCalls leader,
      long ttlSecondsMin) {
    this.requests = requests;
    this.headers = headers;
    this.clock = clock;
    this.asking = asking;
    this.leader = leader;
    this.ttlSecondsMin = ttlSecondsMin;
  }

  /**
   * What the service measures time by.
   *
   * @param election the least time without a leader's word before an election
   * @param timeout how long a call may take
   * @param millis the clock by which leases end: milliseconds from any moment, never falling
   */
  public record Times(Duration election, Duration timeout, LongSupplier millis) {}

  /**
   * A service whose leases end by the clock of {@code times} while this member leads, and that asks
   * other members by {@code tls} where their URLs want it.
   */
  public static LeaseService start(
      Backend backend,
      Requests requests,
      Headers headers,
      Deadlines deadlines,
      Times times,
      Tls tls) {
    Duration election = times.election();
    LeaseClock clock = new LeaseClock(times.millis(), election.toMillis(), MARK_AFTER.toMillis());
    LeaseExpiry expiry = new LeaseExpiry(backend, clock);
    backend.observe(expiry);
    deadlines.every(EXPIRE_EVERY, expiry::expire);
    deadlines.every(MARK_EVERY, expiry::mark);
    return new LeaseService(
        requests,
        headers,
        clock,
        new LeaderQuestion.Asking(requests, deadlines, expiry::followLeadership),
        new LeaderCalls(backend, times.timeout(), tls),
        ttlSecondsMin(election));
  }

  /** etcd's rule: one and a half elections, in whole seconds. */
  static long ttlSecondsMin(Duration election) {
    return Math.ceilDiv(election.toMillis() * 3, 2_000);
  }

  @Override
  public void leaseGrant(LeaseGrantRequest request, StreamObserver<LeaseGrantResponse> observer) {
    long id = request.getID() != 0 ? request.getID() : randomId();
    var grant = new Command.LeaseGrant(id, Math.max(request.getTTL(), ttlSecondsMin));
    var error = CommandRules.DEFAULT.check(grant);
    if (error.isPresent()) {
      observer.onError(EtcdError.of(error.get()).exception());
      return;
    }
    requests.write(grant, observer, done -> granted((KvResult.LeaseGranted) done));
  }

  /** What was granted, which at a repetition is not what this request proposed. */
  private LeaseGrantResponse granted(KvResult.LeaseGranted lease) {
    return LeaseGrantResponse.newBuilder()
        .setHeader(headers.at(lease.revision()))
        .setID(lease.id())
        .setTTL(lease.ttlSeconds())
        .build();
  }

  /** As etcd's, positive; that it is taken is as likely as a collision of 63 random bits. */
  private static long randomId() {
    return ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
  }

  @Override
  public void leaseRevoke(
      LeaseRevokeRequest request, StreamObserver<LeaseRevokeResponse> observer) {
    requests.write(
        new Command.LeaseRevoke(request.getID()),
        observer,
        done -> LeaseRevokeResponse.newBuilder().setHeader(headers.at(done.revision())).build());
  }

  @Override
  public void leaseLeases(
      LeaseLeasesRequest request, StreamObserver<LeaseLeasesResponse> observer) {
    requests.<LeaseLeasesResponse, All>read(
        Consistency.LINEARIZABLE,
        machine -> new All(machine.kv().leases(), machine.kv().revision()),
        observer,
        this::response);
  }

  private record All(List<Lease> leases, long revision) {}

  private LeaseLeasesResponse response(All all) {
    var response = LeaseLeasesResponse.newBuilder().setHeader(headers.at(all.revision()));
    all.leases().forEach(it -> response.addLeases(LeaseStatus.newBuilder().setID(it.id())));
    return response.build();
  }

  @Override
  public void leaseTimeToLive(
      LeaseTimeToLiveRequest request, StreamObserver<LeaseTimeToLiveResponse> observer) {
    new TimeToLive(request, observer, Origin.current()).ask();
  }

  @Override
  public StreamObserver<LeaseKeepAliveRequest> leaseKeepAlive(
      StreamObserver<LeaseKeepAliveResponse> observer) {
    var call = (ServerCallStreamObserver<LeaseKeepAliveResponse>) observer;
    Origin origin = Origin.current();
    KeepAliveStream stream =
        new KeepAliveStream(call, (request, from) -> renew(request, from, origin));
    streams.add(stream);
    stream.begin(() -> streams.remove(stream));
    return stream;
  }

  /** The right to renew is looked at for each request: the stream may outlast it. */
  private void renew(LeaseKeepAliveRequest request, KeepAliveStream stream, Origin origin) {
    EtcdError error = origin.login().errorInUse();
    if (error != null) {
      stream.fail(error.exception());
    } else {
      new KeepAlive(request, stream, origin).ask();
    }
  }

  /** How many leases there are. */
  public long leases() {
    return clock.figures().leases();
  }

  /** How many were granted, as this member has applied it since its start. */
  public long granted() {
    return clock.figures().granted();
  }

  /** How many were revoked or expired, as this member has applied it since its start. */
  public long revoked() {
    return clock.figures().ended();
  }

  /** How many keep-alives this member has answered as the leader. */
  public long renewed() {
    return clock.figures().renewed();
  }

  /** Ends the streams. */
  @Override
  public void close() {
    streams.forEach(stream -> stream.end(EtcdError.STOPPED.status()));
    leader.close();
  }

  /** One keep-alive. The header is of the moment before the renewal, as in etcd. */
  private final class KeepAlive extends LeaderQuestion<LeaseKeepAliveResponse> {
    private final LeaseKeepAliveRequest request;
    private final KeepAliveStream stream;

    KeepAlive(LeaseKeepAliveRequest request, KeepAliveStream stream, Origin origin) {
      super(asking, origin);
      this.request = request;
      this.stream = stream;
    }

    private record Attempt(Renewal renewal, long revision) {}

    @Override
    void askHere() {
      this.<Attempt>read(
          machine -> {
            long revision = machine.kv().revision();
            return new Attempt(clock.renew(request.getID()), revision);
          },
          this::answered);
    }

    private void answered(Attempt attempt) {
      switch (attempt.renewal()) {
        case Renewal.Renewed(long ttlSeconds) -> reply(ttlSeconds, attempt.revision());
        case Renewal.Gone() -> reply(0, attempt.revision());
        case Renewal.Ending() -> askAgain();
        case Renewal.NotLeading() -> askAgain();
        case Renewal.Marked(long term) -> unmark(term);
      }
    }

    private void unmark(long term) {
      var whole = List.of(new Remaining(request.getID(), 0));
      requests.<KvResult.Done>write(
          CommandCodec.encode(new Command.LeaseCheckpoint(term, whole)),
          new OneAnswer<>(done -> askAgain(), this::failed),
          done -> done);
    }

    private void reply(long ttlSeconds, long revision) {
      stream.answer(
          LeaseKeepAliveResponse.newBuilder()
              .setHeader(headers.at(revision))
              .setID(request.getID())
              .setTTL(ttlSeconds)
              .build());
    }

    @Override
    void askThere(StreamObserver<LeaseKeepAliveResponse> answer) {
      leader.keepAlive(request, login(), answer);
    }

    @Override
    void answeredThere(LeaseKeepAliveResponse answer) {
      reply(answer.getTTL(), answer.getHeader().getRevision());
    }

    @Override
    void failed(Throwable error) {
      stream.fail(error);
    }
  }

  /** One question of how long a lease lives. */
  private final class TimeToLive extends LeaderQuestion<LeaseTimeToLiveResponse> {
    private final LeaseTimeToLiveRequest request;
    private final StreamObserver<LeaseTimeToLiveResponse> observer;

    TimeToLive(
        LeaseTimeToLiveRequest request,
        StreamObserver<LeaseTimeToLiveResponse> observer,
        Origin origin) {
      super(asking, origin);
      this.request = request;
      this.observer = observer;
    }

    private record Found(TimeLeft left, List<Bytes> keys, long revision, @Nullable KvError error) {}

    @Override
    void askHere() {
      Caller caller = login().caller();
      this.<Found>read(machine -> find(machine.kv(), caller), this::answered);
    }

    /** Whoever asks for the keys must be allowed to read each of them. */
    private Found find(KvMachine kv, Caller caller) {
      List<Bytes> keys = request.getKeys() ? kv.leaseKeys(request.getID()) : List.of();
      KvError error = kv.auth().errorInUser(caller);
      for (Bytes key : keys) {
        error = error != null ? error : kv.auth().errorInRead(caller, KeyRange.single(key));
      }
      return new Found(clock.timeLeft(request.getID()), keys, kv.revision(), error);
    }

    private void answered(Found found) {
      if (found.error() != null) {
        failed(EtcdError.of(found.error()).exception());
        return;
      }
      var response =
          LeaseTimeToLiveResponse.newBuilder()
              .setHeader(headers.at(found.revision()))
              .setID(request.getID());
      switch (found.left()) {
        case TimeLeft.Running(long leftSeconds, long ttlSeconds) -> {
          found.keys().forEach(key -> response.addKeys(KvMapping.byteString(key)));
          reply(response.setTTL(leftSeconds).setGrantedTTL(ttlSeconds).build());
        }
        case TimeLeft.Gone() -> reply(response.setTTL(-1).build());
        case TimeLeft.NotLeading() -> askAgain();
      }
    }

    private void reply(LeaseTimeToLiveResponse response) {
      observer.onNext(response);
      observer.onCompleted();
    }

    @Override
    void askThere(StreamObserver<LeaseTimeToLiveResponse> answer) {
      leader.timeToLive(request, login(), answer);
    }

    @Override
    void answeredThere(LeaseTimeToLiveResponse answer) {
      reply(answer.toBuilder().setHeader(headers.at(answer.getHeader().getRevision())).build());
    }

    @Override
    void failed(Throwable error) {
      observer.onError(error);
    }
  }
}
