package dev.balsa.server.cli;

import dev.balsa.node.codec.MalformedException;
import dev.balsa.node.codec.MembershipCodec;
import dev.balsa.node.wal.LogScan.Content;
import dev.balsa.node.wal.LogScan.Found;
import dev.balsa.node.wal.LogScan.Spot;
import dev.balsa.raft.Bytes;
import dev.balsa.raft.Entry;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.GroupId;
import dev.balsa.raft.HardState;
import dev.balsa.raft.LogSlice;
import dev.balsa.raft.Member;
import dev.balsa.raft.Membership;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Payload;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** The two forms of a line of {@code log dump}. Values are not in it: they may be secrets. */
enum LogLines {
  /** For people. */
  TEXT,
  /** For programs: an object of JSON. */
  JSON;

  /** A record that holds no entries. */
  String record(Found.Valid record) {
    return switch (record.content()) {
      case Content.Term(HardState hardState) -> {
        NodeId vote = hardState.vote();
        String voted = vote == null ? "" : vote.toString();
        yield line(
            record,
            "term",
            "term %d, %s".formatted(hardState.term(), vote(hardState)),
            "\"term\":%d,\"vote\":\"%s\"".formatted(hardState.term(), voted));
      }
      case Content.Mark() -> line(record, "mark", "all before was forced", "");
      case Content.Restart(EntryId at) ->
          line(
              record,
              "restart",
              "a snapshot stands for all up to " + at,
              "\"term\":%d,\"index\":%d".formatted(at.term(), at.index()));
      case Content.Groups groups -> groups(record, groups);
      case Content.Founded(Bytes charter) -> founded(record, charter);
      case Content.Retired() -> line(record, "retired", "gone for ever", "");
      case Content.Copied(LogSlice slice) ->
          line(
              record,
              "copied",
              "%d entries once more, after %s up to %s"
                  .formatted(slice.entries().size(), slice.prev(), slice.last()),
              "\"entries\":%d,\"after\":\"%s\",\"last\":\"%s\""
                  .formatted(slice.entries().size(), slice.prev(), slice.last()));
      case Content.Entries entries ->
          throw new IllegalArgumentException("entries have lines of their own");
    };
  }

  private String groups(Found.Valid record, Content.Groups groups) {
    String text =
        groups.standings().stream()
            .map(
                it ->
                    "group %s in term %d, %s, after %s up to %s"
                        .formatted(
                            it.group(),
                            it.hardState().term(),
                            vote(it.hardState()),
                            it.base(),
                            it.last()))
            .collect(Collectors.joining("; "));
    String json =
        groups.standings().stream()
            .map(
                it ->
                    "{\"group\":%d,\"term\":%d,\"vote\":\"%s\",\"after\":\"%s\",\"last\":\"%s\"}"
                        .formatted(
                            it.group().value(),
                            it.hardState().term(),
                            it.hardState().vote() == null ? "" : it.hardState().vote(),
                            it.base(),
                            it.last()))
            .collect(Collectors.joining(","));
    String retired =
        groups.retired().stream().map(GroupId::toString).collect(Collectors.joining(", "));
    return line(
        record,
        "groups",
        (text.isEmpty() ? "none" : text) + (retired.isEmpty() ? "" : "; retired: " + retired),
        "\"groups\":[%s],\"retired\":[%s]"
            .formatted(
                json,
                groups.retired().stream()
                    .map(it -> Long.toString(it.value()))
                    .collect(Collectors.joining(","))));
  }

  private String founded(Found.Valid record, Bytes charter) {
    String members;
    try {
      members = members(MembershipCodec.read(ByteBuffer.wrap(charter.toByteArray())));
    } catch (MalformedException e) {
      members = "a charter of %d bytes".formatted(charter.length());
    }
    return line(
        record,
        "founded",
        "with " + (members.isEmpty() ? "members to be told" : members),
        "\"members\":" + GoJson.quote(members));
  }

  private static String vote(HardState hardState) {
    NodeId vote = hardState.vote();
    return vote == null ? "no vote" : "vote for " + vote;
  }

  private static String members(Membership membership) {
    return membership.members().stream().map(LogLines::member).collect(Collectors.joining(" "));
  }

  /** One entry of a record. */
  String entry(Found.Valid record, Entry entry) {
    String kind =
        switch (entry.payload()) {
          case Payload.NoOp() -> "no-op";
          case Payload.Command(var data) -> CommandWords.of(data);
          case Payload.Configuration(Membership membership) -> "members " + members(membership);
        };
    return line(
        record,
        "entry",
        "%s, %d bytes, %s".formatted(entry.id(), entry.payload().bytes(), kind),
        "\"term\":%d,\"index\":%d,\"bytes\":%d,\"payload\":%s"
            .formatted(entry.term(), entry.index(), entry.payload().bytes(), GoJson.quote(kind)));
  }

  private static String member(Member member) {
    return "%s:%s".formatted(member.id(), member.seat());
  }

  /** Bytes that are no record. */
  String damaged(Found.Damaged damaged) {
    return this == TEXT
        ? "%s  DAMAGED %d bytes: %s".formatted(at(damaged.spot()), damaged.bytes(), damaged.what())
        : "{%s,\"type\":\"damaged\",\"bytes\":%d,\"what\":%s}"
            .formatted(place(damaged.spot()), damaged.bytes(), GoJson.quote(damaged.what()));
  }

  private String line(Found.Valid record, String type, String text, String json) {
    return this == TEXT
        ? "%s  #%d%s %s %s"
            .formatted(
                at(record.spot()),
                record.number(),
                record.group() == 0 ? "" : " group " + new GroupId(record.group()),
                type,
                text)
        : "{%s,\"record\":%d,\"group\":%d,\"type\":\"%s\"%s}"
            .formatted(
                place(record.spot()),
                record.number(),
                record.group(),
                type,
                json.isEmpty() ? "" : "," + json);
  }

  private static String at(Spot spot) {
    return "%s:%-8d".formatted(name(spot), spot.offset());
  }

  private static String place(Spot spot) {
    return "\"file\":%s,\"offset\":%d".formatted(GoJson.quote(name(spot)), spot.offset());
  }

  private static String name(Spot spot) {
    return String.valueOf(Path.of(spot.file()).getFileName());
  }
}
