package dev.balsa.node.disk;

import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * How to make what nobody but its owner may read, since it holds keys and values of users. Where a
 * file system has no such permissions, it is made as everything there.
 */
public final class OwnerOnly {
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwx------");

  private OwnerOnly() {}

  /** To create a file at {@code path} with. */
  public static FileAttribute<?>[] file(Path path) {
    return attributes(path, FILE);
  }

  /** To create a directory at {@code path} with. */
  public static FileAttribute<?>[] folder(Path path) {
    return attributes(path, FOLDER);
  }

  private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
        : new FileAttribute<?>[0];
  }
}
