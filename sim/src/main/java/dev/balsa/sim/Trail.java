package dev.balsa.sim;

import java.util.ArrayList;
import java.util.List;

/** How each state was come to: the state before it and the move, in pages of eight-byte pairs. */
final class Trail {
  private static final int PAGE = 1 << 16;

  private final List<int[]> parents = new ArrayList<>();
  private final List<int[]> moves = new ArrayList<>();
  private int size;

  /** Adds the next state, which is numbered from 0. */
  void add(int parent, int move) {
    if (size % PAGE == 0) {
      parents.add(new int[PAGE]);
      moves.add(new int[PAGE]);
    }
    parents.get(size / PAGE)[size % PAGE] = parent;
    moves.get(size / PAGE)[size % PAGE] = move;
    size++;
  }

  /** The number of the state before, or -1. */
  int parent(int state) {
    return parents.get(state / PAGE)[state % PAGE];
  }

  int move(int state) {
    return moves.get(state / PAGE)[state % PAGE];
  }
}
