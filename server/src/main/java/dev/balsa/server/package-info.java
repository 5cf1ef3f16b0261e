/** Serves etcd's v3 API from a Balsa node. */
@NullMarked
package dev.balsa.server;

import org.jspecify.annotations.NullMarked;
