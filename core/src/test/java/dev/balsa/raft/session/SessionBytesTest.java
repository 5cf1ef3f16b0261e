package dev.balsa.raft.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.balsa.raft.Bytes;
import org.junit.jupiter.api.Test;

/** Bytes that may come from anywhere are read in their one form or not at all. */
class SessionBytesTest {
  private static final long DAY_MILLIS = 86_400_000;

  private static Bytes bytes(int... values) {
    byte[] array = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      array[i] = (byte) values[i];
    }
    return Bytes.wrap(array);
  }

  @Test
  void everyNumberReadsBackAsItWas() {
    for (long number : new long[] {0, 1, 127, 128, 16_384, 1L << 62, Long.MAX_VALUE}) {
      Unpacking in = new Unpacking(new Packing().number(number).take());

      assertThat(in.number()).isEqualTo(number);
      assertThat(in.isEmpty()).isTrue();
    }
  }

  @Test
  void aNumberHasItsShortestFormAndNoMoreThan63Bits() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Unpacking(bytes(0x81, 0)).number())
        .withMessageContaining("not in its shortest form");
    Bytes long64 = bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Unpacking(long64).number())
        .withMessageContaining("more than 63 bits");
  }

  @Test
  void aLengthReachesToTheEndAndNoFurther() {
    Unpacking in = new Unpacking(bytes(9, 2, 'a', 'b'));
    in.number();

    assertThat(in.sized()).isEqualTo(Bytes.utf8("ab"));
    assertThat(in.isEmpty()).isTrue();
    Unpacking beyond = new Unpacking(bytes(9, 3, 'a', 'b'));
    beyond.number();
    assertThatIllegalArgumentException()
        .isThrownBy(beyond::sized)
        .withMessage("session data of 4 bytes announces 3 bytes at byte 2");
  }

  @Test
  void aCommandOfAnotherKindIsNone() {
    Bytes far = new Packing().number((1L << 32) + 1).number(1).number(0).take();

    assertThat(SessionCommand.decode(far)).isNull();
    assertThat(SessionCommand.decode(bytes(1, 0x81, 0, 0))).isNull();
    assertThat(SessionCommand.decode(bytes(1, 1, 0))).isEqualTo(new SessionCommand.Open(1, 0));
  }

  @Test
  void aCommandNamesASessionATimeoutAndAStampThatCanBe() {
    assertThatCode(() -> new SessionCommand.Open(DAY_MILLIS, 0)).doesNotThrowAnyException();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SessionCommand.Open(0, 0))
        .withMessage("session timeout is 0 ms, must be in 1..86400000");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SessionCommand.Open(DAY_MILLIS + 1, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SessionCommand.Open(1, -1))
        .withMessage("stamp is -1 ms, must not be negative");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SessionCommand.KeepAlive(0, 0))
        .withMessage("session 0 was never opened");
    assertThatIllegalArgumentException().isThrownBy(() -> new SessionCommand.KeepAlive(1, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> new SessionCommand.Close(0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new SessionCommand.Close(1, -1));
  }

  @Test
  void aRequestWantsAnswersUpToItsOwn() {
    assertThatCode(() -> request(1, 2, 2, 0)).doesNotThrowAnyException();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> request(1, 2, 3, 0))
        .withMessage("request 2 wants answers from 3 on, must be in 1..own");
    assertThatIllegalArgumentException().isThrownBy(() -> request(1, 2, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> request(0, 2, 2, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> request(1, 2, 2, -1));
  }

  private static SessionCommand request(long session, long sequence, long unanswered, long stamp) {
    return new SessionCommand.Request(session, sequence, unanswered, stamp, Bytes.EMPTY);
  }
}
