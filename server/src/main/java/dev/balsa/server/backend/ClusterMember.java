package dev.balsa.server.backend;

import dev.balsa.raft.NodeId;
import java.util.List;

/**
 * A member of the cluster as clients see it.
 *
 * @param name empty until the member has started once
 * @param peerUrls where its peers reach it
 * @param clientUrls where clients reach it; empty until the member has started once
 */
public record ClusterMember(
    NodeId id, String name, List<String> peerUrls, List<String> clientUrls) {
  public ClusterMember {
    peerUrls = List.copyOf(peerUrls);
    clientUrls = List.copyOf(clientUrls);
  }
}
