package dev.balsa.server.config;

import dev.balsa.raft.NodeId;
import java.util.List;

/**
 * One entry of {@code --initial-cluster}.
 *
 * @param id made from the peer URLs and the cluster's token, so every member finds the same
 * @param peerUrls where the others reach it, sorted, at least one
 */
public record InitialMember(NodeId id, String name, List<Url> peerUrls) {
  public InitialMember {
    peerUrls = List.copyOf(peerUrls);
  }
}
