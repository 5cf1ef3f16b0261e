package dev.balsa.server.cli;

import com.google.protobuf.ByteString;
import dev.balsa.proto.Compare;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.TxnRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A transaction as text, in etcdctl's grammar: three parts, each ended by an empty line.
 *
 * <pre>
 *   value("key") = "old"        compares: version, create, mod, value or lease; = != &lt; &gt;
 *   mod("other") &gt; "17"
 *
 *   put key new                 what to do if all hold: put, get, del with their flags
 *
 *   get key                     what to do if not
 *
 * </pre>
 */
final class TxnScript {
  private static final String OPERATION_FORM =
      "; an operation is get, put or del and its arguments";

  private final BufferedReader lines;

  private TxnScript(BufferedReader lines) {
    this.lines = lines;
  }

  /**
   * Reads a whole transaction.
   *
   * @param prompt is told the name of each part before it is read
   * @throws BadUsage naming the line that is not understood, or if the text ends too early: half a
   *     transaction is never run
   */
  static TxnRequest read(BufferedReader lines, Consumer<String> prompt) {
    TxnScript script = new TxnScript(lines);
    TxnRequest.Builder request = TxnRequest.newBuilder();
    prompt.accept("compares:");
    script.part(TxnScript::compare, request::addCompare);
    prompt.accept("success requests (get, put, del):");
    script.part(TxnScript::operation, request::addSuccess);
    prompt.accept("failure requests (get, put, del):");
    script.part(TxnScript::operation, request::addFailure);
    return request.build();
  }

  private <T> void part(Function<String, T> meaning, Consumer<T> sink) {
    for (String line = nextLine(); !line.isBlank(); line = nextLine()) {
      sink.accept(meaning.apply(line.strip()));
    }
  }

  private String nextLine() {
    String line;
    try {
      line = lines.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException("standard input cannot be read", e);
    }
    if (line == null) {
      throw new BadUsage(
          "the transaction ends too early; compares, success and failure requests"
              + " each end with an empty line");
    }
    return line;
  }

  /** {@code value("key") = "old"} */
  static Compare compare(String line) {
    int open = line.indexOf('(');
    if (open < 0) {
      throw malformed(line);
    }
    String target = line.substring(0, open).strip();
    QuotedText key = QuotedText.readAt(line, open + 1);
    int close = key == null ? -1 : line.indexOf(')', key.end());
    if (key == null || close < 0 || !line.substring(key.end(), close).isBlank()) {
      throw malformed(line);
    }
    int quote = line.indexOf('"', close);
    QuotedText value = quote < 0 ? null : QuotedText.readAt(line, quote);
    if (value == null || !line.substring(value.end()).isBlank()) {
      throw malformed(line);
    }
    Compare.Builder compare = Compare.newBuilder().setKey(key.bytes());
    setOperator(compare, line.substring(close + 1, quote).strip(), line);
    setTarget(compare, target, value.bytes(), line);
    return compare.build();
  }

  private static void setOperator(Compare.Builder compare, String operator, String line) {
    compare.setResult(
        switch (operator) {
          case "=" -> Compare.CompareResult.EQUAL;
          case "!=" -> Compare.CompareResult.NOT_EQUAL;
          case "<" -> Compare.CompareResult.LESS;
          case ">" -> Compare.CompareResult.GREATER;
          default -> throw malformed(line);
        });
  }

  private static void setTarget(
      Compare.Builder compare, String target, ByteString value, String line) {
    switch (target) {
      case "ver", "version" ->
          compare.setTarget(Compare.CompareTarget.VERSION).setVersion(number(value, 10, line));
      case "c", "create" ->
          compare
              .setTarget(Compare.CompareTarget.CREATE)
              .setCreateRevision(number(value, 10, line));
      case "m", "mod" ->
          compare.setTarget(Compare.CompareTarget.MOD).setModRevision(number(value, 10, line));
      case "val", "value" -> compare.setTarget(Compare.CompareTarget.VALUE).setValue(value);
      case "lease" ->
          compare.setTarget(Compare.CompareTarget.LEASE).setLease(number(value, 16, line));
      default ->
          throw new BadUsage(
              "malformed comparison: %s (unknown target %s; it is version, create, mod, value or lease)"
                  .formatted(line, target));
    }
  }

  private static long number(ByteString value, int radix, String line) {
    try {
      return Long.parseLong(value.toStringUtf8(), radix);
    } catch (NumberFormatException e) {
      throw new BadUsage(
          "invalid txn compare request: %s (%s is no %s number)"
              .formatted(line, GoText.quote(value), radix == 10 ? "decimal" : "hexadecimal"));
    }
  }

  private static BadUsage malformed(String line) {
    return new BadUsage(
        "malformed comparison: " + line + "; write it like version(\"key\") > \"0\"");
  }

  /** {@code put key value --lease=1f} */
  static RequestOp operation(String line) {
    List<String> words = QuotedText.words(line);
    return switch (words.getFirst()) {
      case "get" ->
          RequestOp.newBuilder()
              .setRequestRange(parse(new GetFlags(), words, line).request())
              .build();
      case "put" ->
          RequestOp.newBuilder()
              .setRequestPut(parse(new PutFlags(), words, line).request(() -> ByteString.EMPTY))
              .build();
      case "del" ->
          RequestOp.newBuilder()
              .setRequestDeleteRange(parse(new DeleteFlags(), words, line).request())
              .build();
      default -> throw new BadUsage("invalid txn request: " + line + OPERATION_FORM);
    };
  }

  private static <F> F parse(F flags, List<String> words, String line) {
    try {
      return Main.parsed(flags, words.subList(1, words.size()));
    } catch (BadUsage e) {
      throw new BadUsage("invalid txn request: " + line + " (" + e.getMessage() + ")");
    }
  }
}
