package dev.balsa.sim;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;

/** A run follows from its seed: nothing here can tell one machine or moment from another. */
@AnalyzeClasses(packages = "dev.balsa.sim", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule usesOnlyTheLanguageAndOrderedCollections =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.balsa.sim", "dev.balsa.raft..", "java.lang..", "java.util..", "org.jspecify..");

  @ArchTest
  static final ArchRule readsNoClockThreadOrRandomSource =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveNameMatching(
              "java\\.lang\\.(System|Thread.*|Runtime|Process.*|ScopedValue.*|ref\\..*|reflect\\..*)"
                  + "|java\\.util\\.(Random|SplittableRandom|UUID|Date|Calendar|Timer.*|ServiceLoader"
                  + "|Scanner|Locale|Properties|zip\\..*|jar\\..*|logging\\..*|random\\..*)"
                  + "|java\\.util\\.concurrent\\..*");

  @ArchTest
  static final ArchRule keepsNothingInSaltedOrder =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveNameMatching(
              "java\\.util\\.(HashMap|HashSet|LinkedHashMap|LinkedHashSet|IdentityHashMap"
                  + "|WeakHashMap|Hashtable)");

  @ArchTest
  static final ArchRule makesNoSaltedSetOrMap =
      noClasses()
          .should()
          .callMethodWhere(
              new DescribedPredicate<JavaCall<?>>("Set.of, Map.of or copyOf") {
                @Override
                public boolean test(JavaCall<?> call) {
                  String name = call.getTarget().getName();
                  boolean salted =
                      call.getTargetOwner().isEquivalentTo(Set.class)
                          || call.getTargetOwner().isEquivalentTo(Map.class);
                  return salted && name.matches("of|ofEntries|copyOf");
                }
              });

  @ArchTest
  static final ArchRule collectsIntoListsOnly =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveNameMatching("java\\.util\\.stream\\.Collectors");

  @ArchTest
  static final ArchRule namesSayWhatAThingIs =
      noClasses()
          .should()
          .haveNameMatching(".*(Manager|Helper|Util|Utils|Impl|Processor|Abstract[A-Z].*)");

  @ArchTest
  static final ArchRule packagesFormNoCycle =
      slices().matching("dev.balsa.(*)..").should().beFreeOfCycles();
}
