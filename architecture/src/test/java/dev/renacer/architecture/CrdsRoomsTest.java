// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.architecture;

import dev.renacer.architecture.PackageArrows.Arrow;
import org.junit.jupiter.api.Test;

/** Packages of the custom resources: what all have in common knows none of the others. */
class CrdsRoomsTest {
    @Test
    void packagesKnowOnlyThoseBelowThem() {
        new PackageArrows(
                        "dev.renacer.crds",
                        Arrow.of("definition", "", "admin"),
                        Arrow.of("admin", ""),
                        Arrow.of("pattern", ""),
                        Arrow.of(""))
                .check();
    }
}
