package dev.redoubt.api.v1alpha1;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private final JavaClasses ours = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.redoubt");

    @Test
    void theApiStandsOnKubernetesModelAloneAndOnNothingOfOurs() {
        classes()
                .that()
                .resideInAPackage("dev.redoubt.api..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.redoubt.api..",
                        "java..",
                        "org.jspecify.annotations",
                        "com.fasterxml.jackson..",
                        "io.fabric8.kubernetes.api.model..",
                        "io.fabric8.kubernetes.model..",
                        "io.fabric8.kubernetes.client",
                        "io.fabric8.kubernetes.client.utils")
                .because("whoever wants to use the API from Java gets a model, and no operator with it")
                .check(ours);
    }

    @Test
    void theModelIsImmutable() {
        classes()
                .that()
                .resideInAPackage("dev.redoubt.api..")
                .should()
                .haveOnlyFinalFields()
                .check(ours);
    }
}
