package dev.balsa.web;

import dev.balsa.raft.Bytes;
import dev.balsa.raft.EntryId;
import dev.balsa.raft.Seat;
import java.util.ArrayList;
import java.util.List;
import org.teavm.jso.JSBody;
import org.teavm.jso.JSObject;

/**
 * Copies a stage with everything that it reaches, in the browser only: there, objects of Java are
 * objects of JavaScript, whose fields can be listed. A world needs no code for it, so no field can
 * be forgotten.
 *
 * <p>What never changes is shared: texts, numbers, bytes, enum constants, plain objects (marks that
 * sets of the library compare by identity), and those records and immutable lists that reach
 * nothing else, which is found out once for each of them.
 */
final class HeapCopy implements Copying {
  private static final Object[] SHARED = {
    "", 1, 1L, true, 'c', Bytes.EMPTY, Object.class, new Object()
  };
  private static final Object[] LISTS = {
    List.of(),
    List.of(1),
    List.of(1, 2),
    List.of(1, 2, 3),
    List.copyOf(new ArrayList<>(SHARED.length))
  };

  private final JSObject memory = memory(SHARED, LISTS, EntryId.ZERO, Seat.VOTER);

  @Override
  public Stage copy(Stage stage) {
    return (Stage) copy(stage, memory);
  }

  /** What is known of classes, by an example of each kind, and the values found unchangeable. */
  @JSBody(
      params = {"shared", "lists", "record", "constant"},
      script =
          """
          var kinds = new Map();
          shared.data.forEach(function(it) { kinds.set(it.constructor, 1); });
          lists.data.forEach(function(it) { kinds.set(it.constructor, 3); });
          var above = function(it) {
            return Object.getPrototypeOf(it.constructor.prototype).constructor;
          };
          return {kinds: kinds, values: new WeakSet(), record: above(record),
            constant: above(constant)};
          """)
  private static native JSObject memory(
      Object shared, Object lists, Object record, Object constant);

  /** Kinds: 1 is shared, 2 a record, 3 an immutable list, 4 all that may change. */
  @JSBody(
      params = {"root", "memory"},
      script =
          """
          var copies = new Map(), waiting = [];
          var kind = function(it) {
            var known = memory.kinds.get(it.constructor);
            if (known === undefined) {
              known = it instanceof memory.constant ? 1 : it instanceof memory.record ? 2 : 4;
              memory.kinds.set(it.constructor, known);
            }
            return known;
          };
          var isValue = function(it) {
            if (it === null || typeof it !== 'object') return true;
            var of = kind(it);
            if (of === 1 || memory.values.has(it)) return true;
            if (of === 4) return false;
            for (var key in it) {
              var part = it[key];
              var fixed = of === 3 && part !== null && part.data instanceof Array
                  ? part.data.every(isValue) : isValue(part);
              if (!fixed) return false;
            }
            memory.values.add(it);
            return true;
          };
          var copy = function(it) {
            if (isValue(it)) return it;
            var made = copies.get(it);
            if (made === undefined) {
              if (it.data instanceof Array || ArrayBuffer.isView(it.data)) {
                made = new it.constructor(it.data.slice());
              } else {
                made = new it.constructor();
              }
              copies.set(it, made);
              waiting.push(it);
            }
            return made;
          };
          var first = copy(root);
          while (waiting.length > 0) {
            var it = waiting.pop(), made = copies.get(it);
            if (it.data instanceof Array) {
              for (var i = 0; i < it.data.length; i++) made.data[i] = copy(it.data[i]);
            } else if (!ArrayBuffer.isView(it.data)) {
              for (var key in it) {
                if (Object.prototype.hasOwnProperty.call(it, key)) made[key] = copy(it[key]);
              }
            }
          }
          return first;
          """)
  private static native Object copy(Object root, JSObject memory);
}
