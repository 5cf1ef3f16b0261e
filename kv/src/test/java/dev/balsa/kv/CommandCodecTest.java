package dev.balsa.kv;

import static dev.balsa.kv.TestMachine.bytes;
import static dev.balsa.kv.TestMachine.compare;
import static dev.balsa.kv.TestMachine.deleteOf;
import static dev.balsa.kv.TestMachine.putOf;
import static dev.balsa.kv.TestMachine.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.balsa.kv.Command.Compact;
import dev.balsa.kv.Command.Empty;
import dev.balsa.kv.Command.LeaseCheckpoint;
import dev.balsa.kv.Command.LeaseExpire;
import dev.balsa.kv.Command.LeaseGrant;
import dev.balsa.kv.Command.LeaseRevoke;
import dev.balsa.kv.Command.Operand;
import dev.balsa.kv.Command.Put;
import dev.balsa.kv.Command.Range;
import dev.balsa.kv.Command.Relation;
import dev.balsa.kv.Command.Remaining;
import dev.balsa.kv.Command.SortOrder;
import dev.balsa.kv.Command.SortTarget;
import dev.balsa.kv.Command.Txn;
import dev.balsa.raft.Bytes;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The form of commands in the log, which must never change without a new version. */
class CommandCodecTest {
  static Stream<Arguments> forms() {
    Range range =
        new Range(
            range("a", "b"), -1, 2, SortOrder.DESCEND, SortTarget.VALUE, true, true, 3, 4, 5, 6);
    Txn txn =
        new Txn(
            List.of(
                compare("a", Relation.NOT_EQUAL, new Operand.Value(bytes("v"))),
                compare("b", Relation.LESS, new Operand.Lease(300))),
            List.of(range),
            List.of(new Empty(), deleteOf("k", "")));
    return Stream.of(
        Arguments.of(new Put(bytes("k"), bytes("v"), 1, true, false, true), "010105016b017601"),
        Arguments.of(deleteOf("a", "b"), "01020001610162"),
        Arguments.of(new Compact(128), "01048001"),
        Arguments.of(new Command.Sweep(), "010b"),
        Arguments.of(new LeaseGrant(-1, 300), "0107ffffffffffffffffff01ac02"),
        Arguments.of(new LeaseRevoke(7), "010807"),
        Arguments.of(new LeaseExpire(3, List.of(7L, 300L)), "0109030207ac02"),
        Arguments.of(new LeaseCheckpoint(3, List.of(new Remaining(7, 300))), "010a030107ac02"),
        Arguments.of(new Command.AlarmRaise(new Alarm(300, Alarm.Type.CORRUPT)), "012801ac02"),
        Arguments.of(new Command.AlarmClear(new Alarm(7, Alarm.Type.NOSPACE)), "01290007"),
        Arguments.of(
            txn,
            "0103"
                + "02"
                + "016100030301760162000204ac02"
                + "01"
                + "050301610162ffffffffffffffffff0102020403040506"
                + "02"
                + "060200016b00"));
  }

  static Stream<Arguments> authForms() {
    Permission permission = new Permission(Permission.Access.READWRITE, range("a", "b"));
    return Stream.of(
        Arguments.of(
            new Command.As(new Caller(bytes("u"), 300), new Compact(1)), "013c0175ac020401"),
        auth(new AuthChange.Enable(), "3d"),
        auth(new AuthChange.Disable(), "3e"),
        auth(new AuthChange.UserAdd(bytes("u"), bytes("h"), true), "3f0175016801"),
        auth(new AuthChange.UserDelete(bytes("u")), "400175"),
        auth(new AuthChange.UserChangePassword(bytes("u"), bytes("h")), "4101750168"),
        auth(new AuthChange.UserGrantRole(bytes("u"), bytes("r")), "4201750172"),
        auth(new AuthChange.UserRevokeRole(bytes("u"), bytes("r")), "4301750172"),
        auth(new AuthChange.RoleAdd(bytes("r")), "440172"),
        auth(new AuthChange.RoleDelete(bytes("r")), "450172"),
        auth(new AuthChange.RoleGrant(bytes("r"), permission), "4601720201610162"),
        auth(new AuthChange.RoleRevoke(bytes("r"), range("a", "b")), "47017201610162"),
        auth(new AuthChange.LogIn(bytes("u"), bytes("d"), 300, 5), "4801750164ac0205"));
  }

  private static Arguments auth(AuthChange change, String hex) {
    return Arguments.of(new Command.Auth(change), "01" + hex);
  }

  @ParameterizedTest
  @MethodSource({"forms", "authForms"})
  void formStaysTheSame(Command command, String hex) {
    assertThat(hex(CommandCodec.encode(command))).isEqualTo(hex);
    assertThat(CommandCodec.decode(unhex(hex))).isEqualTo(command);
  }

  @Property
  void decodesWhatItEncoded(@ForAll("commands") Command command) {
    assertThat(CommandCodec.decode(CommandCodec.encode(command))).isEqualTo(command);
  }

  @Property
  void oneCommandHasOneForm(@ForAll @Size(max = 40) byte[] random) {
    decodesToItselfOrIsMalformed(random);
  }

  @Property
  void oneCommandHasOneFormNearRealOnes(
      @ForAll("commands") Command command, @ForAll int place, @ForAll byte value) {
    byte[] mutated = CommandCodec.encode(command).toByteArray();
    mutated[Math.floorMod(place, mutated.length)] = value;

    decodesToItselfOrIsMalformed(mutated);
  }

  @Property
  void cutCommandIsMalformed(
      @ForAll("commands") Command command, @ForAll @IntRange(min = 0) int length) {
    Bytes whole = CommandCodec.encode(command);
    Bytes cut = whole.slice(0, length % whole.length());

    assertThatThrownBy(() -> CommandCodec.decode(cut)).isInstanceOf(MalformedBytesException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "'', ends too early",
    "02, 'has format 2, this build reads 1'",
    "010c, is of kind 12",
    "0105, is of kind 5",
    "010401ff, goes on for 1 bytes",
    "01048000, not in its shortest form",
    "0104ffffffffffffffffff02, more than 64 bits",
    "0104ffffffffffffffffffff, more than 64 bits",
    "010108, unknown flags 8",
    "010100ffffffffff7f, has 0 bytes left",
    "010100ffffffffffffffffff01, has 0 bytes left",
    "0103ffffffff07, has 0 bytes left",
    "010301016100040000, has no choice 4 among 4",
    "010301016100000500, compares field 5",
    "0103000104, holds kind 4",
    "01280207, has no choice 2 among 2",
    "013c0175013c0175013d, is of kind 60",
    "013f0175016802, unknown flags 2",
    "0146017203, has no choice 3 among 3"
  })
  void saysWhatIsMalformed(String hex, String message) {
    assertThatThrownBy(() -> CommandCodec.decode(unhex(hex)))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining(message);
  }

  @Test
  void deepNestingIsRefusedInBothDirections() {
    ByteWriter deep = new ByteWriter(1000);
    deep.u8(1);
    for (int i = 0; i < 100_000; i++) {
      deep.raw(unhex("030001")); // a transaction whose first operation is …
    }

    assertThatThrownBy(() -> CommandCodec.decode(deep.finish()))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("deeper than 128");
    assertThatThrownBy(() -> CommandCodec.encode(CommandRulesTest.nested(129)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("deeper than 128");
  }

  @Test
  void putIsEncodedWithoutGrowing() {
    assertThat(CommandCodec.encode(putOf("key", "value")).length()).isEqualTo(14);
  }

  @Provide
  Arbitrary<Command> commands() {
    return RandomCommands.commands();
  }

  private static void decodesToItselfOrIsMalformed(byte[] bytes) {
    try {
      Command command = CommandCodec.decode(Bytes.wrap(bytes));
      assertThat(CommandCodec.encode(command)).isEqualTo(Bytes.wrap(bytes));
    } catch (MalformedBytesException malformed) {
      assertThat(malformed).hasMessageStartingWith("encoded value of ");
    }
  }

  private static String hex(Bytes bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private static Bytes unhex(String hex) {
    return Bytes.wrap(HexFormat.of().parseHex(hex));
  }
}
