package dev.balsa.server.rocks;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A machine's whole state, as its snapshot has it, byte by byte. */
final class States {
  private States() {}

  static List<Bytes> of(StateMachine<?> machine) {
    List<Bytes> parts = new ArrayList<>();
    try (StateMachine.Capture capture = Objects.requireNonNull(machine.capture())) {
      capture.writeTo(parts::add);
    }
    return parts;
  }
}
