package dev.sinal.launcher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which way dependencies point: launcher → services → runtime → contracts → chunk, lsl. */
@AnalyzeClasses(packages = "dev.sinal", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    @ArchTest
    static final ArchRule layers = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("launcher")
            .definedBy("dev.sinal.launcher..")
            .layer("services")
            .definedBy(
                    "dev.sinal.agents..",
                    "dev.sinal.ingest..",
                    "dev.sinal.store..",
                    "dev.sinal.analytics..",
                    "dev.sinal.gateway..",
                    "dev.sinal.simulator..")
            .layer("runtime")
            .definedBy("dev.sinal.runtime..")
            .layer("contracts")
            .definedBy("dev.sinal.contracts..")
            .layer("formats")
            .definedBy("dev.sinal.chunk..", "dev.sinal.lsl..")
            .whereLayer("launcher")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("services")
            .mayOnlyBeAccessedByLayers("launcher")
            .whereLayer("runtime")
            .mayOnlyBeAccessedByLayers("launcher", "services")
            .whereLayer("contracts")
            .mayOnlyBeAccessedByLayers("launcher", "services", "runtime");

    @ArchTest
    static final ArchRule servicesKnowContractsAndNotEachOther = slices().matching(
                    "dev.sinal.(agents|ingest|store|analytics|gateway|simulator)..")
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule domainIsPure = noClasses()
            .that()
            .resideInAPackage("dev.sinal..domain..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "java.sql..", "org.slf4j..", "java.net..", "io.micrometer..");

    @ArchTest
    static final ArchRule domainHasNoClock = noClasses()
            .that()
            .resideInAPackage("dev.sinal..domain..")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(java.time.Instant.class, "now");

    @ArchTest
    static final ArchRule wireFormatsDoNoIo = noClasses()
            .that()
            .resideInAnyPackage("dev.sinal.chunk..", "dev.sinal.lsl.protocol..", "dev.sinal.lsl.post..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "io.netty..", "java.net..", "java.nio.channels..", "java.nio.file..");

    @ArchTest
    static final ArchRule nativeCodeOnlyInTheNativeBackend = noClasses()
            .that()
            .resideOutsideOfPackage("dev.sinal.lsl.jna..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.jna..");

    @ArchTest
    static final ArchRule webOnlyInTheGateway = noClasses()
            .that()
            .resideOutsideOfPackage("dev.sinal.gateway..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vertx.ext.web..");

    @ArchTest
    static final ArchRule mathOnlyInAnalytics = noClasses()
            .that()
            .resideOutsideOfPackage("dev.sinal.analytics..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.commons.math3..");

    @ArchTest
    static final ArchRule hazelcastOnlyInTheRuntime = noClasses()
            .that()
            .resideOutsideOfPackage("dev.sinal.runtime..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.hazelcast..", "io.vertx.spi.cluster..");

    @ArchTest
    static final ArchRule nobodySleepsInServices = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.sinal.agents..", "dev.sinal.store..", "dev.sinal.analytics..", "dev.sinal.gateway..")
            .should()
            .callMethod(Thread.class, "sleep", long.class);
}
