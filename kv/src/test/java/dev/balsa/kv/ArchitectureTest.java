package dev.balsa.kv;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/** Every member must compute the same: nothing here may look at the world around it. */
@AnalyzeClasses(packages = "dev.balsa.kv", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule touchesOnlyTheListedPackages =
      classes()
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                      "dev.balsa.kv",
                      "dev.balsa.raft",
                      "java.lang",
                      "java.lang.invoke",
                      "java.lang.runtime",
                      "java.util",
                      "java.util.function",
                      "java.util.stream",
                      "java.nio.charset",
                      "org.jspecify.annotations")
                  .or(describe("arrays of primitives", c -> c.isPrimitive() || c.isArray())));

  @ArchTest
  static final ArchRule hasNoThread =
      noClasses()
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(
              Thread.class, ThreadLocal.class, Runtime.class, Process.class, ProcessBuilder.class);

  @ArchTest
  static final ArchRule hasNoRandomness =
      noClasses()
          .should()
          .dependOnClassesThat()
          .areAssignableTo(Random.class)
          .orShould()
          .dependOnClassesThat()
          .haveNameMatching("java\\.util\\.(UUID|SplittableRandom)");

  @ArchTest
  static final ArchRule hasNoSaltedCollection =
      noClasses()
          .should()
          .dependOnClassesThat()
          .areAssignableTo(HashMap.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(HashSet.class)
          .orShould()
          .callMethodWhere(callOf("of|ofEntries|copyOf", Set.class, Map.class))
          .orShould()
          .callMethodWhere(callOf("toSet|toMap|groupingBy.*", Collectors.class));

  @ArchTest
  static final ArchRule asksTheSystemForNothing =
      noClasses()
          .should()
          .callMethodWhere(
              callOf("(?!arraycopy).*", System.class)) // identityHashCode, time, environment, …
          .orShould()
          .accessTargetWhere(
              describe(
                  "a field of System",
                  access ->
                      access.getTargetOwner().isEquivalentTo(System.class)
                          && !access.getName().equals("arraycopy")));

  private static DescribedPredicate<JavaCall<?>> callOf(String name, Class<?>... owners) {
    return describe(
        "a call of " + name,
        call ->
            Arrays.stream(owners).anyMatch(call.getTargetOwner()::isEquivalentTo)
                && call.getName().matches(name));
  }
}
