package dev.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressTest {
  private static Progress pipelined(int messages, long bytes) {
    RaftConfig config = RaftConfig.of(new NodeId(1), 1).withWindow(1000, messages, bytes);
    Progress progress = new Progress(config, 1);
    progress.pipeline();
    return progress;
  }

  @Test
  void aProbeWaitsForItsAnswer() {
    Progress progress = new Progress(RaftConfig.of(new NodeId(1), 1), 5);

    progress.sent(7, 10);

    assertThat(progress.isPaused()).isTrue();
    assertThat(progress.next()).isEqualTo(5);
  }

  @Test
  void aPipelineStopsAtItsMessages() {
    Progress progress = pipelined(2, 1000);
    progress.sent(1, 10);
    boolean withOne = progress.isPaused();
    progress.sent(2, 10);

    assertThat(withOne).isFalse();
    assertThat(progress.isPaused()).isTrue();
    progress.acked(1);
    assertThat(progress.isPaused()).isFalse();
  }

  @Test
  void aPipelineStopsAtItsBytesButAlwaysSendsOne() {
    Progress progress = pipelined(10, 100);
    boolean empty = progress.isPaused();
    progress.sent(1, 5000);

    assertThat(empty).isFalse();
    assertThat(progress.isPaused()).isTrue();
    progress.acked(1);
    assertThat(progress.isPaused()).isFalse();
  }

  @Test
  void besideASnapshotNoEntriesAreSentAndNoRejectionCounts() {
    Progress progress = pipelined(10, 1000);
    progress.sent(9, 10);
    SnapshotMeta meta =
        new SnapshotMeta(
            new EntryId(1, 5), new Membership(java.util.List.of(new NodeId(1))), 100, 7);

    progress.ship(new Shipment(meta, 1, 0));

    assertThat(progress.isPaused()).isTrue();
    assertThat(progress.isCurrent(4)).isFalse();
    progress.check(9);
    progress.acked(5);
    progress.pipeline();
    assertThat(progress.shipment()).isNull();
    assertThat(progress.next()).isEqualTo(6);
  }

  @Test
  void answersToAnEarlierAttemptOrBeforeTheFirstAnswerSendNothing() {
    SnapshotMeta meta =
        new SnapshotMeta(
            new EntryId(1, 5), new Membership(java.util.List.of(new NodeId(1))), 100, 7);
    Shipment shipment = new Shipment(meta, 1, 0);

    assertThat(shipment.hasRoom(50)).isFalse();
    shipment.held(20, 1);
    assertThat(shipment.hasRoom(50)).isTrue();
    shipment.sentMore(50);
    assertThat(shipment.hasRoom(50)).isFalse();
    shipment.held(10, 2); // late
    assertThat(shipment.hasRoom(50)).isFalse();
    shipment.restart(2, 3);
    shipment.held(30, 4);
    assertThat(shipment.sent()).isEqualTo(30);
  }

  @Test
  void anEarlierOrRepeatedAckIsNoNewsAndTakesNothingBack() {
    Progress progress = pipelined(10, 1000);
    progress.sent(9, 10);

    assertThat(progress.acked(9)).isTrue();
    assertThat(progress.acked(9)).isFalse();
    assertThat(progress.acked(3)).isFalse();
    assertThat(progress.match()).isEqualTo(9);
    assertThat(progress.next()).isEqualTo(10);
  }

  @Test
  void goingBackToProbingForgetsWhatIsInFlight() {
    Progress progress = pipelined(1, 1);
    progress.sent(4, 10);

    progress.probe(2);

    assertThat(progress.isPaused()).isFalse();
    assertThat(progress.next()).isEqualTo(2);
    progress.check(4);
  }

  @Test
  void probingNeverGoesBelowWhatIsKnownToMatch() {
    Progress progress = pipelined(10, 1000);
    progress.acked(6);

    progress.probe(2);

    assertThat(progress.next()).isEqualTo(7);
  }

  @Test
  void onlyTheAnswerToTheCurrentProbeIsNews() {
    Progress progress = new Progress(RaftConfig.of(new NodeId(1), 1), 5);

    assertThat(progress.isCurrent(4)).isTrue();
    assertThat(progress.isCurrent(3)).isFalse();
    assertThat(progress.isCurrent(7)).isFalse();
  }

  @Test
  void anAnswerBeyondWhatIsNextMovesItOn() {
    Progress progress = new Progress(RaftConfig.of(new NodeId(1), 1), 1);

    progress.acked(5);

    assertThat(progress.next()).isEqualTo(6);
  }

  @Test
  void whatWasAcknowledgedIsNotRejectedAnyMore() {
    Progress progress = pipelined(10, 1000);
    progress.sent(9, 10);
    progress.acked(5);

    assertThat(progress.isCurrent(5)).isFalse();
    assertThat(progress.isCurrent(6)).isTrue();
    progress.probe(6);
    assertThat(progress.isCurrent(5)).isFalse();
  }
}
