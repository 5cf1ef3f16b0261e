package dev.balsa.bench.library;

import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.RaftGroupService;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.DefaultJRaftServiceFactory;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.Task;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.storage.LogStorage;
import com.alipay.sofa.jraft.storage.impl.RocksDBLogStorage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * SOFAJRaft with its defaults, which force every write of its RocksDB log ({@code
 * RaftOptions.sync}), but for the patient election timeout.
 */
final class JraftLog implements ReplicatedLog {
  private final RaftGroupService service;
  private final Node node;
  private final Chain chain;
  private final AtomicLong forces;

  private JraftLog(RaftGroupService service, Chain chain, AtomicLong forces) {
    this.service = service;
    this.node = service.start();
    this.chain = chain;
    this.forces = forces;
  }

  static JraftLog start(int member, List<Integer> ports, Path data) {
    List<PeerId> peers = ports.stream().map(port -> new PeerId("127.0.0.1", port)).toList();
    Chain chain = new Chain();
    AtomicLong forces = new AtomicLong();
    NodeOptions options = new NodeOptions();
    options.setInitialConf(new Configuration(peers));
    options.setElectionTimeoutMs(Timing.ELECTION_MIN_MILLIS);
    options.setFsm(new ChainMachine(chain));
    options.setLogUri(data.resolve("log").toString());
    options.setRaftMetaUri(data.resolve("meta").toString());
    options.setServiceFactory(new CountingFactory(forces));
    return new JraftLog(new RaftGroupService("bench", peers.get(member), options), chain, forces);
  }

  @Override
  public boolean isLeader() {
    return node.isLeader();
  }

  @Override
  public void propose(byte[] entry, Done done) {
    node.apply(new Task(ByteBuffer.wrap(entry), status -> done.done(status.isOk())));
  }

  @Override
  public Chain.Mark applied() {
    return chain.mark();
  }

  @Override
  public OptionalLong forces() {
    return OptionalLong.of(forces.get());
  }

  @Override
  public void close() {
    service.shutdown();
  }

  private static final class ChainMachine extends StateMachineAdapter {
    private final Chain chain;

    ChainMachine(Chain chain) {
      this.chain = chain;
    }

    @Override
    public void onApply(Iterator entries) {
      while (entries.hasNext()) {
        chain.add(entries.getData().duplicate());
        if (entries.done() != null) {
          entries.done().run(Status.OK());
        }
        entries.next();
      }
      chain.publish();
    }
  }

  /** Counts the writes of the log; each is one write to RocksDB, and forced. */
  private static final class CountingFactory extends DefaultJRaftServiceFactory {
    private final AtomicLong forces;

    CountingFactory(AtomicLong forces) {
      this.forces = forces;
    }

    @Override
    public LogStorage createLogStorage(String uri, RaftOptions options) {
      return new RocksDBLogStorage(uri, options) {
        @Override
        public boolean appendEntry(LogEntry entry) {
          forces.incrementAndGet();
          return super.appendEntry(entry);
        }

        @Override
        public int appendEntries(List<LogEntry> entries) {
          forces.incrementAndGet();
          return super.appendEntries(entries);
        }
      };
    }
  }
}
