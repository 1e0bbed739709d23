package dev.jbuild.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The rules of the house, held.
class ArchitectureTest {

  private static final String ROOT = "dev.jbuild";

  /// What each package may depend on. A new edge is a change in this one place, and leads to a
  /// lower rank.
  private static final Map<String, Set<String>> EDGES =
      Map.ofEntries(
          Map.entry("problem", Set.of()),
          Map.entry("oci", Set.of("problem")),
          Map.entry("linux", Set.of("problem")),
          Map.entry("json", Set.of("problem")),
          Map.entry("ssh", Set.of("problem", "linux")),
          Map.entry("secret", Set.of("problem", "linux")),
          Map.entry("tree", Set.of("linux", "snapshot")),
          Map.entry("sandbox", Set.of("problem", "linux", "snapshot", "tree")),
          Map.entry("event", Set.of("problem", "oci")),
          Map.entry("dockerfile", Set.of("problem", "oci")),
          Map.entry("archive", Set.of("problem", "linux")),
          Map.entry("content", Set.of("problem", "oci", "linux")),
          Map.entry("snapshot", Set.of("problem", "oci", "content", "linux", "archive")),
          Map.entry("plan", Set.of("problem", "oci", "dockerfile")),
          Map.entry("registry", Set.of("problem", "oci", "event", "content")),
          Map.entry("s3", Set.of("problem", "registry")),
          Map.entry(
              "cache", Set.of("problem", "oci", "event", "content", "archive", "registry", "s3")),
          Map.entry(
              "cachemount",
              Set.of("problem", "oci", "event", "content", "linux", "snapshot", "cache")),
          Map.entry("gc", Set.of("problem", "oci", "content", "linux", "snapshot", "cache")),
          Map.entry(
              "fetch",
              Set.of(
                  "problem",
                  "oci",
                  "event",
                  "content",
                  "linux",
                  "snapshot",
                  "ssh",
                  "plan",
                  "registry")),
          Map.entry(
              "export",
              Set.of(
                  "problem",
                  "oci",
                  "event",
                  "content",
                  "linux",
                  "snapshot",
                  "archive",
                  "registry")),
          Map.entry(
              "execute",
              Set.of(
                  "problem",
                  "json",
                  "oci",
                  "event",
                  "content",
                  "linux",
                  "archive",
                  "snapshot",
                  "sandbox",
                  "ssh",
                  "secret",
                  "plan",
                  "registry",
                  "cache",
                  "cachemount",
                  "export",
                  "fetch",
                  "dockerfile")));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void packagesDependOnlyOnWhatTheTableAllows() {
    Set<String> broken = new TreeSet<>();
    for (JavaClass origin : CLASSES) {
      String from = slice(origin);
      for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
        String to = slice(dependency.getTargetClass());
        boolean own = dependency.getTargetClass().getPackageName().startsWith(ROOT);
        if (own
            && !from.isEmpty()
            && !to.equals(from)
            && !EDGES.getOrDefault(from, Set.of()).contains(to)) {
          broken.add(
              from
                  + " -> "
                  + to
                  + ": "
                  + origin.getName()
                  + " uses "
                  + dependency.getTargetClass().getName());
        }
      }
    }
    assertEquals(Set.of(), broken);
  }

  /// `plan` for `dev.jbuild.plan` and what is below it; empty for the front door.
  private static String slice(JavaClass type) {
    String name = type.getPackageName();
    if (!name.startsWith(ROOT + ".")) {
      return "";
    }
    String rest = name.substring(ROOT.length() + 1);
    int dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }

  @Test
  void noCycles() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheRegistryKnowsJib() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".registry..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.google.cloud.tools.jib..")
        .check(CLASSES);
  }

  @Test
  void onlyS3KnowsTheAwsSdk() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".s3..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("software.amazon.awssdk..")
        .check(CLASSES);
  }

  @Test
  void noOldFilesAndNoStandardStreams() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.File")
        .check(CLASSES);
    noClasses().should().accessField(System.class, "out").check(CLASSES);
    noClasses().should().accessField(System.class, "err").check(CLASSES);
  }
}
