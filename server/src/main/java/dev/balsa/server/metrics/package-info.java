/** Prometheus metrics under etcd's names. */
@NullMarked
package dev.balsa.server.metrics;

import org.jspecify.annotations.NullMarked;
