package dev.balsa.server.rpc;

/**
 * The version of etcd's API that this server speaks. Clients take it apart at the dots and switch
 * features by it, so it stays a plain X.Y.Z.
 */
public final class ApiVersion {
  /** What one member can do. */
  public static final String SERVER = "3.6.0";

  /** What every member can do. */
  public static final String CLUSTER = "3.6.0";

  private ApiVersion() {}
}
