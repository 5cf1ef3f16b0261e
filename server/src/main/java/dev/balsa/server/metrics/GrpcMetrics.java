package dev.balsa.server.metrics;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Counts calls by method and code, and the bytes of all calls. Methods that no service has are not
 * counted by name: a client must not be able to make new series. Thread-safe.
 */
public final class GrpcMetrics extends ServerStreamTracer.Factory {
  private static final String CODE = "grpc_code";
  private static final String[] LABELS = {"grpc_service", "grpc_method", "grpc_type"};
  private static final String[] LABELS_AND_CODE = {
    "grpc_service", "grpc_method", "grpc_type", CODE
  };

  /** etcd's buckets of requests: 15 from 0.1 ms on. */
  private static final double FIRST_BUCKET_SECONDS = 0.0001;

  private static final int BUCKETS = 15;

  private static final String KEYS = "etcdserverpb.KV/";
  private static final String RANGE = KEYS + "Range";
  private static final double NANOS_PER_SECOND = 1e9;
  private static final Metadata.Key<String> CLIENT_VERSION =
      Metadata.Key.of("client-api-version", Metadata.ASCII_STRING_MARSHALLER);

  /** What clients may make a series of. */
  private static final Pattern KNOWN_VERSION = Pattern.compile("3\\.[0-9](\\.[0-9]{1,2})?");

  private final Map<String, MethodCounts> methods = new ConcurrentHashMap<>();
  private final Counter started;
  private final Counter handled;
  private final CounterDataPoint received;
  private final CounterDataPoint sent;
  private final Histogram handling;
  private final Counter requests;
  private final Histogram unary;

  /** Registers the series under the names that etcd's dashboards read. */
  GrpcMetrics(Series series) {
    PrometheusRegistry registry = series.registry();
    started =
        Counter.builder()
            .name("grpc_server_started_total")
            .help("RPCs that have begun.")
            .labelNames(LABELS)
            .register(registry);
    handled =
        Counter.builder()
            .name("grpc_server_handled_total")
            .help("RPCs that have ended, by code.")
            .labelNames(LABELS_AND_CODE)
            .register(registry);
    received =
        Counter.builder()
            .name("etcd_network_client_grpc_received_bytes_total")
            .help("Bytes of messages received from clients over gRPC.")
            .register(registry);
    sent =
        Counter.builder()
            .name("etcd_network_client_grpc_sent_bytes_total")
            .help("Bytes of messages sent to clients over gRPC.")
            .register(registry);
    handling =
        series.durations(
            "grpc_server_handling_seconds", "How long RPCs take until they have ended.", LABELS);
    unary =
        series.durations(
            "etcd_server_request_duration_seconds",
            "How long requests of one answer take (etcd 3.7).",
            new Series.Buckets(FIRST_BUCKET_SECONDS, BUCKETS),
            "type",
            "success");
    requests =
        Counter.builder()
            .name("etcd_server_client_requests_total")
            .help("RPCs by kind and by the version that the client says to speak.")
            .labelNames("type", "client_api_version")
            .register(registry);
    series.counter("etcd_mvcc_range_total", "Ranges asked of this member.", () -> calls(RANGE));
  }

  /** Counts the methods of {@code service} from now on. */
  public void count(ServerServiceDefinition service) {
    service
        .getMethods()
        .forEach(
            method -> {
              MethodDescriptor<?, ?> descriptor = method.getMethodDescriptor();
              methods.put(descriptor.getFullMethodName(), new MethodCounts(descriptor));
            });
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
    MethodCounts counts = methods.get(fullMethodName);
    if (counts != null) {
      String version = headers.get(CLIENT_VERSION);
      boolean known = version != null && KNOWN_VERSION.matcher(version).matches();
      requests.labelValues(counts.kind, known ? version : "unknown").inc();
    }
    return new Tracer(counts);
  }

  private double calls(String method) {
    MethodCounts counts = methods.get(method);
    return counts == null ? 0 : counts.begun.get();
  }

  /** How long calls of {@code method}, one of the service of keys, took of late. */
  Spans.Summary recent(String method) {
    MethodCounts counts = methods.get(KEYS + method);
    return (counts == null ? new Spans() : counts.recent).summary();
  }

  /** How the calls that have ended came out. */
  Calls ended() {
    Long[] durations = new Long[BUCKETS + 1];
    Arrays.fill(durations, 0L);
    for (var method : unary.collect().getDataPoints()) {
      ClassicHistogramBuckets buckets = method.getClassicBuckets();
      for (int i = 0; i < buckets.size(); i++) {
        durations[i] += buckets.getCount(i);
      }
    }
    Map<String, Long> codes = new TreeMap<>();
    for (var method : handled.collect().getDataPoints()) {
      if (method.getValue() > 0) {
        codes.merge(method.getLabels().get(CODE), (long) method.getValue(), Long::sum);
      }
    }
    long firstNanos = Math.round(FIRST_BUCKET_SECONDS * NANOS_PER_SECOND);
    return new Calls(firstNanos, List.of(durations), codes);
  }

  /** Bytes of messages received from clients since the start. */
  long bytesReceived() {
    return (long) received.get();
  }

  /** Bytes of messages sent to clients since the start. */
  long bytesSent() {
    return (long) sent.get();
  }

  /** The series of one method. */
  private final class MethodCounts {
    private final String[] labels;
    private final CounterDataPoint begun;
    private final CounterDataPoint ok;
    private final DistributionDataPoint durations;
    private final String kind;
    private final @Nullable DistributionDataPoint successes;
    private final @Nullable DistributionDataPoint failures;
    private final Spans recent = new Spans();

    MethodCounts(MethodDescriptor<?, ?> method) {
      labels =
          new String[] {
            String.valueOf(method.getServiceName()),
            String.valueOf(method.getBareMethodName()),
            type(method.getType())
          };
      begun = started.labelValues(labels);
      ok = handled(Status.Code.OK);
      durations = handling.labelValues(labels);
      kind = method.getType() == MethodDescriptor.MethodType.UNARY ? "unary" : "stream";
      boolean timed = kind.equals("unary");
      successes = timed ? unary.labelValues(labels[1], "true") : null;
      failures = timed ? unary.labelValues(labels[1], "false") : null;
    }

    private CounterDataPoint handled(Status.Code code) {
      return handled.labelValues(labels[0], labels[1], labels[2], GrpcMetrics.code(code));
    }

    void ended(Status.Code code, long nanos) {
      double seconds = nanos / NANOS_PER_SECOND;
      durations.observe(seconds);
      recent.add(nanos);
      DistributionDataPoint outcome = code == Status.Code.OK ? successes : failures;
      if (outcome != null) {
        outcome.observe(seconds);
      }
      (code == Status.Code.OK ? ok : handled(code)).inc();
    }
  }

  private final class Tracer extends ServerStreamTracer {
    private final @Nullable MethodCounts counts;
    private final long began;

    Tracer(@Nullable MethodCounts counts) {
      this.counts = counts;
      this.began = System.nanoTime();
      if (counts != null) {
        counts.begun.inc();
      }
    }

    @Override
    public void streamClosed(Status status) {
      if (counts != null) {
        counts.ended(status.getCode(), System.nanoTime() - began);
      }
    }

    @Override
    public void inboundWireSize(long bytes) {
      received.inc(bytes);
    }

    @Override
    public void outboundWireSize(long bytes) {
      sent.inc(bytes);
    }
  }

  private static String type(MethodDescriptor.MethodType type) {
    return switch (type) {
      case UNARY, UNKNOWN -> "unary";
      case CLIENT_STREAMING -> "client_stream";
      case SERVER_STREAMING -> "server_stream";
      case BIDI_STREAMING -> "bidi_stream";
    };
  }

  /** The code as etcd's alert rules spell it. */
  private static String code(Status.Code code) {
    return switch (code) {
      case OK -> "OK";
      case CANCELLED -> "Canceled";
      case UNKNOWN -> "Unknown";
      case INVALID_ARGUMENT -> "InvalidArgument";
      case DEADLINE_EXCEEDED -> "DeadlineExceeded";
      case NOT_FOUND -> "NotFound";
      case ALREADY_EXISTS -> "AlreadyExists";
      case PERMISSION_DENIED -> "PermissionDenied";
      case RESOURCE_EXHAUSTED -> "ResourceExhausted";
      case FAILED_PRECONDITION -> "FailedPrecondition";
      case ABORTED -> "Aborted";
      case OUT_OF_RANGE -> "OutOfRange";
      case UNIMPLEMENTED -> "Unimplemented";
      case INTERNAL -> "Internal";
      case UNAVAILABLE -> "Unavailable";
      case DATA_LOSS -> "DataLoss";
      case UNAUTHENTICATED -> "Unauthenticated";
    };
  }
}
