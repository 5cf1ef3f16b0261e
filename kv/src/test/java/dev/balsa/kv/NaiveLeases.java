package dev.balsa.kv;

import dev.balsa.kv.Command.LeaseCheckpoint;
import dev.balsa.kv.Command.LeaseGrant;
import dev.balsa.kv.Command.Remaining;
import dev.balsa.kv.KvResult.Failed;
import dev.balsa.kv.KvResult.KvError;
import dev.balsa.kv.KvResult.LeaseGranted;
import dev.balsa.kv.KvResult.LeasesMarked;
import java.util.ArrayList;
import java.util.List;

/** The leases of {@link NaiveModel}, as a list. */
final class NaiveLeases {
  private final List<Lease> leases = new ArrayList<>();

  boolean exist(long id) {
    return leases.stream().anyMatch(lease -> lease.id() == id);
  }

  List<Lease> all() {
    return leases.stream().sorted((a, b) -> Long.compareUnsigned(a.id(), b.id())).toList();
  }

  KvResult grant(LeaseGrant grant, long revision) {
    if (grant.id() == 0) {
      return new Failed(KvError.LEASE_NOT_FOUND, revision);
    }
    if (grant.ttlSeconds() > 9_000_000_000L) {
      return new Failed(KvError.LEASE_TTL_TOO_LARGE, revision);
    }
    if (exist(grant.id())) {
      return new Failed(KvError.LEASE_EXISTS, revision);
    }
    leases.add(new Lease(grant.id(), grant.ttlSeconds(), 0));
    return new LeaseGranted(revision, grant.id(), grant.ttlSeconds());
  }

  KvResult mark(LeaseCheckpoint checkpoint, long term, long revision) {
    List<Remaining> marked = new ArrayList<>();
    for (Remaining left : checkpoint.remaining()) {
      if (checkpoint.term() == term && exist(left.id())) {
        leases.replaceAll(
            lease ->
                lease.id() == left.id()
                    ? new Lease(lease.id(), lease.ttlSeconds(), left.seconds())
                    : lease);
        marked.add(left);
      }
    }
    return new LeasesMarked(revision, marked);
  }

  void remove(long id) {
    leases.removeIf(lease -> lease.id() == id);
  }
}
