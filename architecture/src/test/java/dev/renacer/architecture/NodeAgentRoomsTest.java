// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.architecture;

import dev.renacer.architecture.PackageArrows.Arrow;
import org.junit.jupiter.api.Test;

/** Arrows between the packages of the node agent. */
class NodeAgentRoomsTest {
    @Test
    void packagesKnowOnlyThoseBelowThem() {
        new PackageArrows(
                        "dev.renacer.nodeagent",
                        Arrow.of("", "runtime", "assignment", "sink", "status", "trace", "process", "refusal"),
                        Arrow.of("runtime", "assignment", "trace"),
                        Arrow.of("assignment", "colocation", "sink", "status", "look", "trace", "process", "refusal"),
                        Arrow.of("colocation", "status", "trace", "process", "refusal"),
                        Arrow.of("sink", "refusal"),
                        Arrow.of("status", "process", "refusal"),
                        Arrow.of("look", "process", "refusal"),
                        Arrow.of("trace", "process", "refusal"),
                        Arrow.of("process", "refusal"),
                        Arrow.of("refusal"))
                .check();
    }
}
