// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.renacer.architecture.PackageArrows.Arrow;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The operator's packages know only those below them. */
class OperatorRoomsTest {
    private static final String OPERATOR = "dev.renacer.operator";

    /** What several programs share. */
    private static final List<String> SHARED = List.of("dev.renacer.kubeconfig", "dev.renacer.observability");

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(Stream.concat(Stream.of(OPERATOR), SHARED.stream()).toArray(String[]::new));

    @Test
    void packagesKnowOnlyThoseBelowThem() {
        new PackageArrows(
                        OPERATOR,
                        Arrow.of(
                                "",
                                "install",
                                "request",
                                "queue",
                                "nodetrace",
                                "agents",
                                "sink",
                                "metrics",
                                "status",
                                "pods",
                                "leader",
                                "plan",
                                "kube"),
                        Arrow.of("install", "request", "agents", "leader", "kube"),
                        Arrow.of(
                                "request",
                                "queue",
                                "nodetrace",
                                "agents",
                                "sink",
                                "metrics",
                                "status",
                                "pods",
                                "plan",
                                "kube"),
                        Arrow.of("queue", "status", "plan"),
                        Arrow.of("nodetrace", "plan", "kube"),
                        Arrow.of("agents", "pods", "status"),
                        Arrow.of("sink", "status"),
                        Arrow.of("metrics", "status"),
                        Arrow.of("status", "plan", "kube"),
                        Arrow.of("pods", "plan"),
                        Arrow.of("leader", "kube"),
                        Arrow.of("plan"),
                        Arrow.of("kube"))
                .check();
    }

    @Test
    void onlyTheRootKnowsHowTheProcessIsReachedAndObserved() {
        noClasses()
                .that()
                .resideInAPackage(OPERATOR + ".*..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SHARED.toArray(String[]::new))
                .check(HOUSE);
    }
}
