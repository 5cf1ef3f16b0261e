package dev.balsa.server.rocks;

import dev.balsa.kv.KvMachine;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.StateMachine;
import java.util.ArrayList;
import java.util.List;

/** A machine's whole state, as its snapshot has it: every space, byte by byte. */
final class States {
  private States() {}

  static List<Bytes> of(KvMachine machine) {
    List<Bytes> parts = new ArrayList<>();
    try (StateMachine.Capture capture = machine.capture()) {
      capture.writeTo(parts::add);
    }
    return parts;
  }
}
