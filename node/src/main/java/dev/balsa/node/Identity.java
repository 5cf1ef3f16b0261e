package dev.balsa.node;

import dev.balsa.raft.ClusterId;
import dev.balsa.raft.IncarnationId;
import dev.balsa.raft.NodeId;

/** Who owns a data directory, or speaks on a connection. */
public record Identity(ClusterId cluster, NodeId node, IncarnationId incarnation) {}
