package dev.balsa.node.disk;

import java.util.List;

/** The files of a directory whose names begin alike, under the rest of their names. */
public final class PrefixedDirectory implements Directory {
  private final Directory whole;
  private final String prefix;

  /** A view of {@code whole}, which somebody else closes. */
  public PrefixedDirectory(Directory whole, String prefix) {
    this.whole = whole;
    this.prefix = prefix;
  }

  @Override
  public List<String> list() {
    return whole.list().stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .toList();
  }

  @Override
  public DiskFile create(String name, long size) {
    return whole.create(prefix + name, size);
  }

  @Override
  public DiskFile open(String name) {
    return whole.open(prefix + name);
  }

  @Override
  public void rename(String from, String to) {
    whole.rename(prefix + from, prefix + to);
  }

  @Override
  public void delete(String name) {
    whole.delete(prefix + name);
  }

  @Override
  public void force() {
    whole.force();
  }

  @Override
  public String path(String name) {
    return whole.path(name.isEmpty() ? "" : prefix + name);
  }

  @Override
  public void close() {
    // The whole is closed by its owner.
  }
}
