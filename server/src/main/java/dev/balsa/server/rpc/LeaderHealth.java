package dev.balsa.server.rpc;

import dev.balsa.server.backend.Backend;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;

/** Serves {@code grpc.health.v1}: the member is serving while it knows a leader. */
public final class LeaderHealth {
  private final Backend backend;
  private final HealthStatusManager statuses = new HealthStatusManager();
  private volatile boolean serving; // written by who refreshes

  /** Health as {@code backend} stands now; later changes are seen by {@link #refresh}. */
  public LeaderHealth(Backend backend) {
    this.backend = backend;
    refresh();
  }

  /** The service to register. */
  public BindableService service() {
    return statuses.getHealthService();
  }

  /** Looks for the leader again. Call it every now and then. */
  public void refresh() {
    serving = backend.status().raft().leader() != null;
    statuses.setStatus(
        HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
        serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  boolean isServing() {
    return serving;
  }
}
