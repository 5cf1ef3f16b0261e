package dev.balsa.junit;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Starts and ends what {@link BalsaCluster} asks for. */
final class ClusterExtension
    implements BeforeAllCallback,
        AfterAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(ClusterExtension.class);

  ClusterExtension() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    AnnotationSupport.findAnnotation(context.getRequiredTestClass(), BalsaCluster.class)
        .ifPresent(wanted -> start(context, wanted));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    Optional<BalsaCluster> own =
        AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), BalsaCluster.class);
    if (own.isPresent()) {
      start(context, own.get());
    } else {
      TestCluster shared = found(context);
      if (shared != null) {
        shared.heal();
      }
    }
  }

  private static void start(ExtensionContext context, BalsaCluster wanted) {
    context.getStore(NAMESPACE).put(context.getUniqueId(), true);
    context.getStore(NAMESPACE).put(TestCluster.class, TestCluster.start(wanted.members()));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    end(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    end(context);
  }

  /** Ends the cluster that was started for this very context, not one above it. */
  private static void end(ExtensionContext context) {
    if (context.getStore(NAMESPACE).remove(context.getUniqueId()) != null) {
      TestCluster cluster =
          context.getStore(NAMESPACE).remove(TestCluster.class, TestCluster.class);
      if (cluster != null) {
        cluster.close();
      }
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestCluster.class;
  }

  @Override
  public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return found(context);
  }

  private static @Nullable TestCluster found(ExtensionContext context) {
    return context.getStore(NAMESPACE).get(TestCluster.class, TestCluster.class);
  }
}
