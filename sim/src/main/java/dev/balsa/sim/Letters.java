package dev.balsa.sim;

import dev.balsa.raft.Message;
import dev.balsa.raft.NodeId;
import dev.balsa.raft.Ready.Outgoing;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** All messages that were ever sent in any state, each once, by number. */
final class Letters {
  private final List<Outgoing> letters = new ArrayList<>();
  private final TreeMap<String, Integer> numbers = new TreeMap<>(); // messages have no order

  int number(Outgoing letter) {
    String text = letter.to() + " " + whatCounts(letter.message());
    Integer known = numbers.putIfAbsent(text, letters.size());
    if (known != null) {
      return known;
    }
    letters.add(letter);
    return letters.size() - 1;
  }

  /** Why a vote was denied is for people: answers that differ only in that are one. */
  private static Message whatCounts(Message message) {
    if (message instanceof Message.VoteReply reply) {
      return new Message.VoteReply(reply.from(), reply.term(), reply.granted());
    }
    if (message instanceof Message.PreVoteReply reply) {
      return new Message.PreVoteReply(reply.from(), reply.term(), reply.granted(), reply.round());
    }
    return message;
  }

  Outgoing get(int number) {
    return letters.get(number);
  }

  NodeId to(int number) {
    return letters.get(number).to();
  }

  int size() {
    return letters.size();
  }
}
