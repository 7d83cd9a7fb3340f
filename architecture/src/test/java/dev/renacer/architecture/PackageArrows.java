// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which packages of one room may know which others of it, written from the top down: each names only packages that are listed below
 * it, so that there cannot be a circle.
 */
final class PackageArrows {
    private final String root;
    private final List<Arrow> arrows;

    /**
     * @param name     behind the root's name; empty for the root itself
     * @param mayKnow  names likewise
     */
    record Arrow(String name, Set<String> mayKnow) {
        static Arrow of(String name, String... mayKnow) {
            return new Arrow(name, Set.of(mayKnow));
        }
    }

    PackageArrows(String root, Arrow... arrows) {
        this.root = root;
        this.arrows = List.of(arrows);
    }

    /** Every package is listed, and knows only what it may know. */
    void check() {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(root);
        Map<String, Set<String>> known = known(classes);
        Set<String> above = new TreeSet<>();
        assertThat(arrows.stream().map(Arrow::name)).containsExactlyInAnyOrderElementsOf(known.keySet());
        for (Arrow arrow : arrows) {
            above.add(arrow.name());
            assertThat(arrow.mayKnow())
                    .as("what '%s' may know is listed below it", arrow.name())
                    .doesNotContainAnyElementsOf(above);
            assertThat(arrow.mayKnow()).as("what '%s' knows", arrow.name()).containsAll(known.get(arrow.name()));
        }
    }

    /** By the name of each package, the names of the others that its classes know. */
    private Map<String, Set<String>> known(JavaClasses classes) {
        return classes.stream()
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(
                        this::name,
                        TreeMap::new,
                        Collectors.flatMapping(
                                type -> type.getDirectDependenciesFromSelf().stream()
                                        .map(dependency ->
                                                dependency.getTargetClass().getBaseComponentType())
                                        .filter(target ->
                                                isHere(target) && !name(target).equals(name(type)))
                                        .map(this::name),
                                Collectors.toSet())));
    }

    private boolean isHere(JavaClass type) {
        return type.getPackageName().equals(root) || type.getPackageName().startsWith(root + ".");
    }

    private String name(JavaClass type) {
        return type.getPackageName().equals(root) ? "" : type.getPackageName().substring(root.length() + 1);
    }
}
