// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Arrows between the packages of the node agent run down this list, and only as it says. */
class NodeAgentRoomsTest {
    private static final String AGENT = "dev.renacer.nodeagent";
    private static final int MOST_FILES = 20;
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(AGENT);

    /**
     * A package of the agent.
     *
     * @param name     below the agent's own; empty: the agent's own
     * @param mayKnow  the packages whose classes it may use
     */
    record Room(String name, List<String> mayKnow) {
        String packageName() {
            return name.isEmpty() ? AGENT : AGENT + "." + name;
        }

        @Override
        public String toString() {
            return packageName() + " knows only " + mayKnow;
        }
    }

    static List<Room> rooms() {
        return List.of(
                new Room("", List.of("runtime", "assignment", "sink", "status", "trace", "process", "refusal")),
                new Room("runtime", List.of("assignment", "trace")),
                new Room("assignment", List.of("colocation", "sink", "status", "trace", "process", "refusal")),
                new Room("colocation", List.of("status", "trace", "process", "refusal")),
                new Room("sink", List.of("refusal")),
                new Room("status", List.of("process", "refusal")),
                new Room("trace", List.of("process", "refusal")),
                new Room("process", List.of("refusal")),
                new Room("refusal", List.of()));
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void aPackageKnowsOnlyTheListedOnes(Room room) {
        String[] forbidden = rooms().stream()
                .filter(other -> !other.equals(room) && !room.mayKnow().contains(other.name()))
                .map(Room::packageName)
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(room.packageName())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .check(CLASSES);
    }

    @Test
    void arrowsRunDownTheList() {
        List<String> names = rooms().stream().map(Room::name).toList();
        for (Room room : rooms()) {
            assertThat(names.subList(names.indexOf(room.name()) + 1, names.size()))
                    .as("below " + room.packageName())
                    .containsAll(room.mayKnow());
        }
    }

    @Test
    void everyPackageIsListedAndSmall() {
        Map<String, Long> files = CLASSES.stream()
                .filter(JavaClass::isTopLevelClass)
                .collect(groupingBy(JavaClass::getPackageName, counting()));
        assertThat(files.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        rooms().stream().map(Room::packageName).toList());
        assertThat(files.values()).as(files.toString()).allMatch(count -> count <= MOST_FILES);
    }
}
