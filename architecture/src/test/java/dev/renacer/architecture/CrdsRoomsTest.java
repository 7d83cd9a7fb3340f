// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packages of the custom resources: what all have in common knows none of the others. */
class CrdsRoomsTest {
    private static final String CRDS = "dev.renacer.crds";
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(CRDS);

    enum Room {
        ROOT(CRDS, List.of()),
        PATTERN(CRDS + ".pattern", List.of(CRDS)),
        ADMIN(CRDS + ".admin", List.of(CRDS)),
        DEFINITION(CRDS + ".definition", List.of(CRDS, CRDS + ".admin"));

        private final String name;
        private final List<String> mayKnow;

        Room(String name, List<String> mayKnow) {
            this.name = name;
            this.mayKnow = mayKnow;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPackageKnowsOnlyThoseBelowIt(Room room) {
        String[] forbidden = Arrays.stream(Room.values())
                .filter(other -> other != room && !room.mayKnow.contains(other.name))
                .map(other -> other.name)
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(room.name)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .check(HOUSE);
    }
}
