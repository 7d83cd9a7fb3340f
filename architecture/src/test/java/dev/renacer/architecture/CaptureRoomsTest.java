// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.architecture;

import dev.renacer.architecture.PackageArrows.Arrow;
import org.junit.jupiter.api.Test;

/** Arrows between the packages of the capture core's Java door. */
class CaptureRoomsTest {
    @Test
    void packagesKnowOnlyThoseBelowThem() {
        new PackageArrows(
                        "dev.renacer.capture",
                        Arrow.of("look", "", "ring", "plan"),
                        Arrow.of("", "ring", "plan", "affinity"),
                        Arrow.of("ring"),
                        Arrow.of("plan"),
                        Arrow.of("affinity"))
                .check();
    }
}
