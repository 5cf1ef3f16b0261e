package dev.balsa.node.net;

/** A channel's owner: told by the selector's turn that its channel is ready. */
interface Endpoint {
  void ready();
}
