package dev.balsa.sim;

import dev.balsa.raft.EntryId;
import dev.balsa.raft.Membership;
import dev.balsa.raft.Ready;
import dev.balsa.raft.Restored;
import dev.balsa.raft.SnapshotMeta;
import dev.balsa.raft.SplitMix;
import dev.balsa.raft.StateMachine;
import dev.balsa.raft.StoredLog;

/** Passes everything on to another disk, which may be exchanged for an empty one. */
class StorageThatPasses implements Storage {
  private MemoryStorage disk = new MemoryStorage();

  final void replace(MemoryStorage other) {
    disk = other;
  }

  @Override
  public Restored open() {
    return disk.open();
  }

  @Override
  public StoredLog log() {
    return disk.log();
  }

  @Override
  public void write(Ready.Persist persist) {
    disk.write(persist);
  }

  @Override
  public void force() {
    disk.force();
  }

  @Override
  public SnapshotMeta save(EntryId last, Membership membership, StateMachine.Capture capture) {
    return disk.save(last, membership, capture);
  }

  @Override
  public void store(Ready.SnapshotWork.Store part) {
    disk.store(part);
  }

  @Override
  public boolean finish(SnapshotMeta snapshot) {
    return disk.finish(snapshot);
  }

  @Override
  public void restore(SnapshotMeta snapshot, StateMachine<?> machine) {
    disk.restore(snapshot, machine);
  }

  @Override
  public void release(Ready.SnapshotWork.Release release) {
    disk.release(release);
  }

  @Override
  public void stop(Loss loss, SplitMix random) {
    disk.stop(loss, random);
  }

  @Override
  public void trouble(Trouble trouble) {
    disk.trouble(trouble);
  }

  @Override
  public boolean damage(Damage damage, SplitMix random) {
    return disk.damage(damage, random);
  }

  @Override
  public void lose() {
    disk.lose();
  }

  @Override
  public Medium medium() {
    return disk.medium();
  }
}
