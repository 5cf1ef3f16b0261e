/**
 * The API in JSON under {@code /v3/}: each path stands for one gRPC method, which is called over an
 * in-process channel, so that every rule, refusal and count of gRPC holds here too.
 */
@NullMarked
package dev.balsa.server.gateway;

import org.jspecify.annotations.NullMarked;
