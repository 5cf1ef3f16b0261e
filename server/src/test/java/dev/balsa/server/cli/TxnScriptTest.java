package dev.balsa.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.balsa.proto.Compare;
import dev.balsa.proto.RequestOp;
import dev.balsa.proto.TxnRequest;
import java.io.BufferedReader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TxnScriptTest {
  private static TxnRequest read(String text) {
    return TxnScript.read(new BufferedReader(new StringReader(text)), part -> {});
  }

  @Test
  void threePartsBecomeComparesSuccessAndFailure() {
    TxnRequest request =
        read("value(\"k\") = \"v\"\nmod(\"m\") > \"7\"\n\nput k w\nget k\n\ndel k\n\n");

    assertThat(request.getCompareList()).hasSize(2);
    assertThat(request.getSuccessList())
        .extracting(RequestOp::getRequestCase)
        .containsExactly(RequestOp.RequestCase.REQUEST_PUT, RequestOp.RequestCase.REQUEST_RANGE);
    assertThat(request.getFailureList())
        .extracting(RequestOp::getRequestCase)
        .containsExactly(RequestOp.RequestCase.REQUEST_DELETE_RANGE);
  }

  @Test
  void partsAreAnnouncedInOrder() {
    List<String> prompts = new ArrayList<>();

    TxnScript.read(new BufferedReader(new StringReader("\n\n\n")), prompts::add);

    assertThat(prompts)
        .containsExactly(
            "compares:", "success requests (get, put, del):", "failure requests (get, put, del):");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          version("k") > "0"    | VERSION | GREATER   | 0
          ver("k") = "3"        | VERSION | EQUAL     | 3
          create("k") < "999"   | CREATE  | LESS      | 999
          c("k") != "1"         | CREATE  | NOT_EQUAL | 1
          mod("k") != "-1"      | MOD     | NOT_EQUAL | -1
          m("k")>"5"            | MOD     | GREATER   | 5
          lease("k") = "1f"     | LEASE   | EQUAL     | 31
          version( "k" ) > "0"  | VERSION | GREATER   | 0
          """)
  void numericCompares(String line, Compare.CompareTarget target, String result, long number) {
    Compare compare = TxnScript.compare(line);

    assertThat(compare.getKey().toStringUtf8()).isEqualTo("k");
    assertThat(compare.getTarget()).isEqualTo(target);
    assertThat(compare.getResult().name()).isEqualTo(result);
    assertThat(
            switch (compare.getTargetUnionCase()) {
              case VERSION -> compare.getVersion();
              case CREATE_REVISION -> compare.getCreateRevision();
              case MOD_REVISION -> compare.getModRevision();
              case LEASE -> compare.getLease();
              case VALUE, TARGETUNION_NOT_SET -> Long.MIN_VALUE;
            })
        .isEqualTo(number);
  }

  @Test
  void valueCompareReadsEscapesAsBytes() {
    Compare compare = TxnScript.compare("val(\"a\\\"b)\") = \"\\xff\\n\\u00e9\\101\"");

    assertThat(compare.getKey().toStringUtf8()).isEqualTo("a\"b)");
    assertThat(compare.getValue())
        .isEqualTo(
            ByteString.copyFrom(new byte[] {(byte) 0xff, '\n', (byte) 0xc3, (byte) 0xa9, 'A'}));
  }

  @Test
  void operationsTakeQuotesAndFlags() {
    RequestOp put = TxnScript.operation("put \"a key\" 'a \"value\"' --lease=1f --prev-kv");
    RequestOp get = TxnScript.operation("get a --prefix --limit 3 --keys-only");
    RequestOp delete = TxnScript.operation("del a b --prev-kv");

    assertThat(put.getRequestPut().getKey().toStringUtf8()).isEqualTo("a key");
    assertThat(put.getRequestPut().getValue().toStringUtf8()).isEqualTo("a \"value\"");
    assertThat(put.getRequestPut().getLease()).isEqualTo(31);
    assertThat(put.getRequestPut().getPrevKv()).isTrue();
    assertThat(get.getRequestRange().getRangeEnd().toStringUtf8()).isEqualTo("b");
    assertThat(get.getRequestRange().getLimit()).isEqualTo(3);
    assertThat(get.getRequestRange().getKeysOnly()).isTrue();
    assertThat(delete.getRequestDeleteRange().getRangeEnd().toStringUtf8()).isEqualTo("b");
    assertThat(delete.getRequestDeleteRange().getPrevKv()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          garbage\\n\\n\\n\\n                 | malformed comparison: garbage
          version("k") >= "0"\\n\\n\\n\\n     | malformed comparison: version("k") >= "0"
          version(k) > "0"\\n\\n\\n\\n        | malformed comparison: version(k) > "0"
          version("k") > 0\\n\\n\\n\\n        | malformed comparison: version("k") > 0
          color("k") = "0"\\n\\n\\n\\n        | unknown target color
          version("k") = "zz"\\n\\n\\n\\n     | invalid txn compare request: version("k") = "zz"
          value("k") = "\\\\q"\\n\\n\\n\\n    | unknown escape \\q
          value("k") = "open\\n\\n\\n\\n      | not closed
          \\nwatch k\\n\\n\\n                 | invalid txn request: watch k
          \\nput k\\n\\n\\n                   | put command needs
          \\nget k --nonsense\\n\\n\\n        | invalid txn request: get k --nonsense
          \\nput k "open\\n\\n\\n             | not closed
          \\nput k 'open\\n\\n\\n             | not closed
          \\nput k "\\\\xff"\\n\\n\\n         | not UTF-8
          \\nput k a                          | ends too early
          \\n\\n                              | ends too early
          """)
  void refusalsNameTheLine(String text, String message) {
    assertThatThrownBy(
            () -> read(text.replace("\\\\", "\0").replace("\\n", "\n").replace('\0', '\\')))
        .isInstanceOf(BadUsage.class)
        .hasMessageContaining(message);
  }
}
