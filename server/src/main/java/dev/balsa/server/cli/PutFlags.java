package dev.balsa.server.cli;

import com.google.protobuf.ByteString;
import dev.balsa.proto.PutRequest;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments of {@code put}, on the command line and in a transaction. */
final class PutFlags {
  @Parameters(index = "0", paramLabel = "KEY", description = "Key to write.")
  String key = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "VALUE",
      description = "Value; read from standard input, byte for byte, if it is not given.")
  @Nullable String value;

  @Option(names = "--lease", paramLabel = "ID", description = "Lease to attach, hexadecimal.")
  String lease = "0";

  @Option(names = "--prev-kv", description = "Print what was there before.")
  boolean previous;

  @Option(names = "--ignore-value", description = "Keep the value that is there.")
  boolean ignoreValue;

  @Option(names = "--ignore-lease", description = "Keep the lease that is there.")
  boolean ignoreLease;

  /**
   * The request that these arguments ask for.
   *
   * @param input gives the value if it is no argument
   * @throws BadUsage if they contradict each other
   */
  PutRequest request(Supplier<ByteString> input) {
    if (ignoreValue && value != null) {
      throw new BadUsage("put command needs only 1 argument when 'ignore-value' is set");
    }
    return PutRequest.newBuilder()
        .setKey(Argument.bytes(key))
        .setValue(ignoreValue ? ByteString.EMPTY : value(input))
        .setLease(leaseId(lease))
        .setPrevKv(previous)
        .setIgnoreValue(ignoreValue)
        .setIgnoreLease(ignoreLease)
        .build();
  }

  private ByteString value(Supplier<ByteString> input) {
    if (value != null) {
      return Argument.bytes(value);
    }
    ByteString read = input.get();
    if (read.isEmpty()) {
      throw new BadUsage("put command needs 1 argument and input from stdin or 2 arguments");
    }
    return read;
  }

  /** Leases are shown and given in hexadecimal. */
  static long leaseId(String text) {
    try {
      return Long.parseLong(text, 16);
    } catch (NumberFormatException e) {
      throw new BadUsage("bad lease ID \"" + text + "\", expecting ID in Hex");
    }
  }
}
