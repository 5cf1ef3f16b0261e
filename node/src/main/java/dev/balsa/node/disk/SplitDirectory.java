package dev.balsa.node.disk;

import dev.balsa.node.StorageException;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Two directories that look like one: each name belongs to one of them, and what the other holds
 * under it is not seen.
 */
public final class SplitDirectory implements Directory {
  private final Directory main;
  private final Directory apart;
  private final Predicate<String> isApart;

  /**
   * Stands before both, and closes them.
   *
   * @param isApart which names belong to {@code apart}; a file is never renamed across
   */
  public SplitDirectory(Directory main, Directory apart, Predicate<String> isApart) {
    this.main = main;
    this.apart = apart;
    this.isApart = isApart;
  }

  private Directory of(String name) {
    return isApart.test(name) ? apart : main;
  }

  @Override
  public List<String> list() {
    return Stream.concat(
            main.list().stream().filter(isApart.negate()), apart.list().stream().filter(isApart))
        .sorted()
        .toList();
  }

  @Override
  public DiskFile create(String name, long size) {
    return of(name).create(name, size);
  }

  @Override
  public DiskFile open(String name) {
    return of(name).open(name);
  }

  @Override
  public void rename(String from, String to) {
    if (isApart.test(from) != isApart.test(to)) {
      throw new IllegalArgumentException("%s and %s are in two directories".formatted(from, to));
    }
    of(from).rename(from, to);
  }

  @Override
  public void delete(String name) {
    of(name).delete(name);
  }

  /** What is apart is forced first: what is in the main one may count on it. */
  @Override
  public void force() {
    apart.force();
    main.force();
  }

  /** That of the fuller one, since nobody says what is to be written where. */
  @Override
  public long usableBytes() {
    return Math.min(main.usableBytes(), apart.usableBytes());
  }

  @Override
  public String path(String name) {
    return of(name).path(name);
  }

  @Override
  public void close() {
    try {
      apart.close();
    } catch (StorageException e) {
      try {
        main.close();
      } catch (StorageException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
    main.close();
  }
}
