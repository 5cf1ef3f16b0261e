package dev.balsa.sim;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.StateMachine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Numbered registers that hold one number each, 0 at first: the simplest machine whose clients can
 * be judged. A command sets a register, always or only if it holds what is expected.
 */
public final class Registers implements StateMachine<Long> {
  static final byte PUT = 1;
  static final byte CAS = 2;
  private static final int COMMAND_BYTES = 21;
  private static final int PART_REGISTERS = 16;

  private long[] values = new long[16];
  private long fingerprint;

  /** All registers hold 0. */
  public Registers() {}

  /** A command that sets a register, longer than it need be by {@code padding} bytes. */
  static Bytes put(int register, long value, int padding) {
    return command(PUT, register, 0, value, padding);
  }

  /** A command that sets a register if it holds what is expected. */
  static Bytes cas(int register, long expected, long value) {
    return command(CAS, register, expected, value, 0);
  }

  private static Bytes command(byte kind, int register, long expected, long value, int padding) {
    byte[] bytes = new byte[COMMAND_BYTES + padding];
    bytes[0] = kind;
    store(bytes, 1, 4, register);
    store(bytes, 5, 8, expected);
    store(bytes, 13, 8, value);
    return Bytes.wrap(bytes);
  }

  private static void store(byte[] bytes, int at, int count, long value) {
    for (int i = 0; i < count; i++) {
      bytes[at + i] = (byte) (value >>> (8 * (count - 1 - i)));
    }
  }

  private static long load(Bytes bytes, int at, int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value = (value << 8) | (bytes.at(at + i) & 0xff);
    }
    return value;
  }

  /** What a register holds. */
  public long value(int register) {
    return register < values.length ? values[register] : 0;
  }

  /** 1 for each command that set its register, 0 for each that found another value. */
  @Override
  public List<Long> apply(List<Committed> commands) {
    List<Long> results = new ArrayList<>(commands.size());
    for (Committed committed : commands) {
      results.add(apply(committed.command()));
    }
    return results;
  }

  private long apply(Bytes command) {
    int register = (int) load(command, 1, 4);
    long expected = load(command, 5, 8);
    if (command.at(0) == CAS && value(register) != expected) {
      return 0;
    }
    if (register >= values.length) {
      values = Arrays.copyOf(values, Math.max(register + 1, values.length * 2));
    }
    fingerprint += mix(register, load(command, 13, 8)) - mix(register, values[register]);
    values[register] = load(command, 13, 8);
    return 1;
  }

  private static long mix(int register, long value) {
    long z = ((register + 1) * 0x9e3779b97f4a7c15L) ^ (value * 0xbf58476d1ce4e5b9L);
    return value == 0 ? 0 : (z ^ (z >>> 29)) * 0x94d049bb133111ebL;
  }

  /** A sum over all registers and what they hold. */
  long fingerprint() {
    return fingerprint;
  }

  @Override
  public Capture capture() {
    long[] frozen = values.clone();
    return sink -> {
      for (int from = 0; from < frozen.length; from += PART_REGISTERS) {
        byte[] part = new byte[8 * Math.min(PART_REGISTERS, frozen.length - from)];
        for (int i = 0; i < part.length / 8; i++) {
          store(part, 8 * i, 8, frozen[from + i]);
        }
        sink.write(Bytes.wrap(part));
      }
    };
  }

  @Override
  public void restore(Source source) {
    values = new long[16];
    fingerprint = 0;
    int next = 0;
    for (@Nullable Bytes part = source.read(); part != null; part = source.read()) {
      int count = part.length() / 8;
      values = Arrays.copyOf(values, Math.max(values.length, next + count));
      for (int i = 0; i < count; i++) {
        values[next] = load(part, 8 * i, 8);
        fingerprint += mix(next, values[next]);
        next++;
      }
    }
  }
}
