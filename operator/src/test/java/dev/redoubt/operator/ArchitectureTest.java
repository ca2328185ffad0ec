package dev.redoubt.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The walls between the packages. Input and output are at the ends; what lies between is plain functions. */
class ArchitectureTest {
    private static final String ROOT = "dev.redoubt.operator";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    /** The Kubernetes client as it talks to the API; the model of its objects and their YAML are not meant. */
    private static final DescribedPredicate<JavaClass> KUBERNETES_CLIENT = DescribedPredicate.describe(
            "the Kubernetes client",
            found -> found.getPackageName().startsWith("io.fabric8.kubernetes.client")
                    && !found.getPackageName().startsWith("io.fabric8.kubernetes.client.utils")
                    // The base class of our own kinds is there, and what the API answered when it refused.
                    && !found.getName().equals("io.fabric8.kubernetes.client.CustomResource")
                    && !found.getName().equals("io.fabric8.kubernetes.client.KubernetesClientException"));

    @Test
    void packagesHaveNoCycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void whatIsComputedSeesNeitherTheClusterNorAServer() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        ROOT + ".acl..",
                        ROOT + ".certificates..",
                        ROOT + ".credentials..",
                        ROOT + ".owned..",
                        ROOT + ".pods..",
                        ROOT + ".redisconf..",
                        ROOT + ".rotation..",
                        ROOT + ".settings..",
                        ROOT + ".sizing..",
                        ROOT + ".status..")
                .should()
                .dependOnClassesThat(KUBERNETES_CLIENT)
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("io.javaoperatorsdk..", "io.lettuce..", "io.netty..", "java.net.http..")
                .check(CLASSES);
    }

    /** In a kind's package the pass does input and output; what resolves and renders for it does not. */
    @Test
    void whatRendersSeesNeitherTheClusterNorAServer() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        ROOT + ".redis..", ROOT + ".redisuser..", ROOT + ".cacheservice..", ROOT + ".exporter..")
                .and()
                .haveSimpleNameNotContaining("Reconciler")
                .and()
                .doNotHaveSimpleName("ExporterUpkeep")
                .and()
                .doNotHaveSimpleName("ConfigurationNews")
                .and()
                .doNotHaveSimpleName("RedisConvergence")
                .and()
                .doNotHaveSimpleName("PodChanges")
                .and()
                .doNotHaveSimpleName("ServerNews")
                .and()
                .doNotHaveSimpleName("ServerSync")
                .and()
                .doNotHaveSimpleName("RedisUserWatch")
                .and()
                .doNotHaveSimpleName("RedisUserReferents")
                .and()
                .haveNameNotMatching(".*\\.(StorageGrowth|Referents|CacheServiceReadiness)(\\$.*)?")
                .should()
                .dependOnClassesThat(KUBERNETES_CLIENT)
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("io.javaoperatorsdk..", "io.lettuce..", "io.netty..", "java.net.http..")
                .check(CLASSES);
    }

    @Test
    void onePackageTalksToServers() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".server..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.lettuce..", "io.netty..", "reactor..")
                .check(CLASSES);
    }

    @Test
    void onePackageMakesCertificates() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".certificates..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bouncycastle..")
                .check(CLASSES);
    }

    @Test
    void onlyTheProcessKnowsHowThePartsArePutTogether() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".(*)..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT)
                .check(CLASSES);
    }

    /** A test decides what time it is. */
    @Test
    void nobodyButTheProcessReadsTheClock() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".(*)..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(CLASSES);
    }

    @Test
    void nobodySleeps() {
        noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", Duration.class)
                .check(CLASSES);
    }

    @Test
    void everyPackageSaysWhatItIsAboutAndIsFreeOfNullsUnlessItSaysSo() {
        var packages = CLASSES.stream().map(JavaClass::getPackage).distinct().toList();

        assertThat(packages).isNotEmpty().allSatisfy(found -> assertThat(isNullMarked(found))
                .as("@NullMarked on %s", found)
                .isTrue());
    }

    private static boolean isNullMarked(JavaPackage found) {
        return found.tryGetAnnotationOfType(NullMarked.class).isPresent();
    }
}
