// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Arrows between rooms point down the list of ARCHITECTURE.md, and only there. No folder of a room is too large. */
class RoomsTest {
    /** As many as a reader takes in at a look. */
    private static final int MOST_FILES = 20;

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.renacer");

    record Room(String name, List<String> mayKnow) {
        @Override
        public String toString() {
            return name + " knows only " + mayKnow;
        }
    }

    private static final List<String> ALL = rooms().stream().map(Room::name).toList();

    static List<Room> rooms() {
        return List.of(
                new Room("capture", List.of()),
                new Room("tracer", List.of("capture")),
                new Room("crds", List.of()),
                new Room("kubeconfig", List.of()),
                new Room("observability", List.of()),
                new Room("operator", List.of("crds", "kubeconfig", "observability")),
                new Room("nodeagent", List.of("crds", "kubeconfig", "observability", "tracer", "capture")),
                new Room("cli", List.of("crds", "kubeconfig", "tracer", "capture")),
                new Room("quickstart", List.of("crds")));
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void aRoomKnowsOnlyTheRoomsBelowIt(Room room) {
        String[] forbidden = ALL.stream()
                .filter(other -> !other.equals(room.name()) && !room.mayKnow().contains(other))
                .map(other -> "dev.renacer." + other + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("dev.renacer." + room.name() + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .check(HOUSE);
    }

    @Test
    void theCaptureCoreKnowsNothingButTheJdk() {
        classes()
                .that()
                .resideInAPackage("dev.renacer.capture..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.renacer.capture..", "java..", "org.jspecify.annotations..")
                .check(HOUSE);
    }

    @Test
    void onlyTheTracerOpensCaptureSessions() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.renacer.capture..", "dev.renacer.tracer..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("dev.renacer.capture.CaptureSession")
                .check(HOUSE);
    }

    @Test
    void theLocalCommandLineLoadsNoKubernetesClient() {
        noClasses()
                .that()
                .resideInAPackage("dev.renacer.cli.local..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fabric8..", "dev.renacer.crds..", "dev.renacer.cli.kubectl..")
                .check(HOUSE);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.renacer.(**)").should().beFreeOfCycles().check(HOUSE);
    }

    /** Tests and what they run included. */
    @Test
    void noFolderOfSourceHasTooManyFiles() throws IOException {
        Map<Path, Long> files = SourceFiles.below("src").stream()
                .collect(Collectors.groupingBy(
                        file -> SourceFiles.root().relativize(file.getParent()), TreeMap::new, Collectors.counting()));
        assertThat(files)
                .as("files of each folder")
                .isNotEmpty()
                .allSatisfy((folder, count) ->
                        assertThat(count).as("files of %s", folder).isLessThanOrEqualTo(MOST_FILES));
    }
}
