package dev.balsa.deploy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads manifests as Kubernetes' own types, strictly: what a type does not have is an error. */
final class Kubernetes {
  private static final Map<String, Class<? extends HasMetadata>> KINDS =
      Map.of(
          "apps/v1 StatefulSet", StatefulSet.class,
          "v1 Service", Service.class,
          "policy/v1 PodDisruptionBudget", PodDisruptionBudget.class);

  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .setAnnotationIntrospector(new NothingBeside());

  private Kubernetes() {}

  /** The types would keep what they do not know in a map beside; here it stays unknown. */
  private static final class NothingBeside extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(Annotated annotated) {
      return false;
    }
  }

  /** Every document of a file. */
  static List<HasMetadata> read(Path file) {
    return read(Source.text(file));
  }

  /**
   * Every document of {@code text}.
   *
   * @throws IllegalArgumentException if a document is not what its kind demands
   */
  static List<HasMetadata> read(String text) {
    List<HasMetadata> all = new ArrayList<>();
    for (Object document : Source.yaml(text)) {
      Map<String, Object> fields = Source.map(document);
      String kind = fields.get("apiVersion") + " " + fields.get("kind");
      Class<? extends HasMetadata> type = KINDS.get(kind);
      if (type == null) {
        throw new IllegalArgumentException(kind + " is none of " + KINDS.keySet());
      }
      all.add(STRICT.convertValue(document, type));
    }
    return all;
  }
}
