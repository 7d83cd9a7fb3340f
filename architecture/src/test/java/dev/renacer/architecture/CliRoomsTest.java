// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.architecture;

import dev.renacer.architecture.PackageArrows.Arrow;
import org.junit.jupiter.api.Test;

/** Arrows between the packages of the command lines. */
class CliRoomsTest {
    @Test
    void packagesKnowOnlyThoseBelowThem() {
        new PackageArrows(
                        "dev.renacer.cli",
                        Arrow.of(
                                "kubectl",
                                "",
                                "kubectl.command",
                                "kubectl.listing",
                                "kubectl.option",
                                "kubectl.api",
                                "kubectl.print"),
                        Arrow.of(
                                "kubectl.command",
                                "",
                                "kubectl.check",
                                "kubectl.follow",
                                "kubectl.listing",
                                "kubectl.status",
                                "kubectl.option",
                                "kubectl.api",
                                "kubectl.print"),
                        Arrow.of("kubectl.check", "", "kubectl.option", "kubectl.api", "kubectl.print"),
                        Arrow.of("kubectl.follow", "", "kubectl.status", "kubectl.api"),
                        Arrow.of("kubectl.listing", "kubectl.api", "kubectl.print"),
                        Arrow.of("kubectl.status", "", "kubectl.api", "kubectl.print"),
                        Arrow.of("kubectl.option", "", "kubectl.api", "kubectl.print"),
                        Arrow.of("kubectl.api", ""),
                        Arrow.of("kubectl.print"),
                        Arrow.of(
                                "local",
                                "",
                                "local.output",
                                "local.statistics",
                                "local.launch",
                                "local.recording",
                                "local.stuck"),
                        Arrow.of("local.recording", "", "local.output"),
                        Arrow.of("local.output", "", "local.statistics"),
                        Arrow.of("local.statistics", ""),
                        Arrow.of("local.launch", ""),
                        Arrow.of("local.stuck", ""),
                        Arrow.of(""))
                .check();
    }
}
