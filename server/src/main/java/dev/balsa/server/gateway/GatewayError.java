package dev.balsa.server.gateway;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.balsa.server.http.HttpAnswer;
import io.grpc.Status;

/**
 * A gRPC status as the gateway tells it. Both shapes that etcd ever had stand side by side: {@code
 * error} is what clients of 3.5 and before match on, {@code details} belongs to 3.6 and later.
 */
final class GatewayError {
  private GatewayError() {}

  /** The whole answer to a request that failed. */
  static HttpAnswer answer(Status status) {
    JsonObject error = new JsonObject();
    error.addProperty("error", text(status));
    error.addProperty("message", text(status));
    error.addProperty("code", status.getCode().value());
    error.add("details", new JsonArray());
    return HttpAnswer.json(httpStatus(status), error.toString());
  }

  /** The last line of a stream that failed after it had begun. */
  static String line(Status status) {
    int http = httpStatus(status);
    JsonObject error = new JsonObject();
    error.addProperty("grpc_code", status.getCode().value());
    error.addProperty("http_code", http);
    error.addProperty("code", status.getCode().value());
    error.addProperty("message", text(status));
    error.addProperty("http_status", reason(http));
    error.add("details", new JsonArray());
    JsonObject line = new JsonObject();
    line.add("error", error);
    return line.toString();
  }

  private static String text(Status status) {
    String description = status.getDescription();
    return description == null ? status.getCode().name() : description;
  }

  private static int httpStatus(Status status) {
    return switch (status.getCode()) {
      case OK -> 200;
      case CANCELLED -> 499;
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
      case DEADLINE_EXCEEDED -> 504;
      case NOT_FOUND -> 404;
      case ALREADY_EXISTS, ABORTED -> 409;
      case PERMISSION_DENIED -> 403;
      case UNAUTHENTICATED -> 401;
      case RESOURCE_EXHAUSTED -> 429;
      case UNIMPLEMENTED -> 501;
      case UNAVAILABLE -> 503;
      case UNKNOWN, INTERNAL, DATA_LOSS -> 500;
    };
  }

  private static String reason(int http) {
    return io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus.valueOf(http)
        .reasonPhrase();
  }
}
