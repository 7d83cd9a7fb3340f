// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The operator's packages know only those below them, and what operator, agent and plugin share knows nothing of ours. */
class OperatorRoomsTest {
    private static final String OPERATOR = "dev.renacer.operator";

    /** Each package and the packages of the operator that it may know; the root package, which starts all of them, stands above. */
    private static final Map<String, Set<String>> MAY_KNOW = Map.ofEntries(
            Map.entry("install", Set.of("request", "agents", "leader", "kube")),
            Map.entry(
                    "request",
                    Set.of("queue", "nodetrace", "agents", "pods", "sink", "metrics", "status", "plan", "kube")),
            Map.entry("queue", Set.of("status", "plan")),
            Map.entry("nodetrace", Set.of("plan", "kube")),
            Map.entry("agents", Set.of("pods", "status")),
            Map.entry("sink", Set.of("status")),
            Map.entry("metrics", Set.of("status")),
            Map.entry("status", Set.of("plan", "kube")),
            Map.entry("pods", Set.of("plan")),
            Map.entry("leader", Set.of("kube")),
            Map.entry("plan", Set.of()),
            Map.entry("kube", Set.of()));

    /** What several programs share. */
    private static final List<String> SHARED = List.of("dev.renacer.kubeconfig", "dev.renacer.observability");

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(Stream.concat(Stream.of(OPERATOR), SHARED.stream()).toArray(String[]::new));

    static Stream<String> packages() {
        return MAY_KNOW.keySet().stream().sorted();
    }

    static Stream<String> shared() {
        return SHARED.stream();
    }

    @Test
    void everyPackageOfTheOperatorIsNamedHere() {
        Set<String> there = HOUSE.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith(OPERATOR + "."))
                .map(name -> name.substring(OPERATOR.length() + 1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(there).isEqualTo(new TreeSet<>(MAY_KNOW.keySet()));
    }

    @ParameterizedTest
    @MethodSource("packages")
    void aPackageKnowsOnlyThoseBelowIt(String name) {
        String[] forbidden = Stream.concat(
                        Stream.of(OPERATOR),
                        packages()
                                .filter(other -> !other.equals(name)
                                        && !MAY_KNOW.get(name).contains(other))
                                .map(other -> OPERATOR + "." + other + ".."))
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(OPERATOR + "." + name + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .check(HOUSE);
    }

    @Test
    void onlyTheRootKnowsHowTheProcessIsReachedAndObserved() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        packages().map(name -> OPERATOR + "." + name + "..").toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SHARED.toArray(String[]::new))
                .check(HOUSE);
    }

    @ParameterizedTest
    @MethodSource("shared")
    void whatIsSharedKnowsNothingOfOurs(String name) {
        noClasses()
                .that()
                .resideInAPackage(name + "..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.renacer..").and(not(resideInAPackage(name + ".."))))
                .check(HOUSE);
    }
}
