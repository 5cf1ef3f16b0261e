/** What the client port answers over HTTP/1.1, and how it tells that from gRPC. */
@NullMarked
package dev.balsa.server.http;

import org.jspecify.annotations.NullMarked;
