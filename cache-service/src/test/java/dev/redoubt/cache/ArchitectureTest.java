package dev.redoubt.cache;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The walls between the packages, as package-info.java of the root draws them. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.redoubt.cache");

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.redoubt.cache.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void packagesSeeOnlyWhatIsBelowThem() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("wiring")
                .definedBy("dev.redoubt.cache")
                .layer("lifecycle")
                .definedBy("..cache.lifecycle")
                .layer("outside")
                .definedBy("..cache.status", "..cache.management")
                .layer("hot")
                .definedBy("..cache.hot..")
                .layer("metrics")
                .definedBy("..cache.metrics")
                .layer("near")
                .definedBy("..cache.near")
                .layer("redis")
                .definedBy("..cache.redis")
                .layer("access")
                .definedBy("..cache.access")
                .layer("region")
                .definedBy("..cache.region")
                .layer("mode")
                .definedBy("..cache.mode")
                .layer("limit")
                .definedBy("..cache.limit")
                .layer("problem")
                .definedBy("..cache.problem")
                .layer("accesslog")
                .definedBy("..cache.accesslog")
                .layer("config")
                .definedBy("..cache.config")
                .whereLayer("wiring")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("outside")
                .mayOnlyBeAccessedByLayers("wiring")
                .whereLayer("lifecycle")
                .mayOnlyBeAccessedByLayers("wiring", "outside")
                .whereLayer("hot")
                .mayOnlyBeAccessedByLayers("wiring", "lifecycle")
                .whereLayer("metrics")
                .mayOnlyBeAccessedByLayers("wiring", "hot")
                .whereLayer("accesslog")
                .mayOnlyBeAccessedByLayers("wiring", "hot")
                .whereLayer("near")
                .mayOnlyBeAccessedByLayers("wiring", "outside", "hot", "metrics")
                .whereLayer("redis")
                .mayOnlyBeAccessedByLayers("wiring", "lifecycle", "outside", "hot", "metrics", "near", "mode")
                .whereLayer("access")
                .mayOnlyBeAccessedByLayers("wiring", "lifecycle", "hot", "metrics")
                .check(CLASSES);
    }

    @Test
    void theHotPathKnowsSpringOnlyAtItsOneDoor() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "..hot..",
                        "..redis..",
                        "..region..",
                        "..limit..",
                        "..access..",
                        "..accesslog..",
                        "..metrics..",
                        "..problem..",
                        "..config..")
                .and()
                .doNotHaveSimpleName("HotPath")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "reactor..")
                .check(CLASSES);
    }

    @Test
    void onlyTheRedisPackageKnowsLettuce() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..redis..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.lettuce..")
                .check(CLASSES);
    }

    @Test
    void nobodySleepsOrReadsTheWallClockByItself() {
        noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        classes()
                .that()
                .haveSimpleName("package-info")
                .should()
                .beAnnotatedWith(org.jspecify.annotations.NullMarked.class)
                .check(CLASSES);
    }
}
