// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RbacReferenceTest {
    @Test
    void theCommittedReferenceIsWhatTheChartGrants() {
        assertThat(Path.of("../docs/reference/rbac.md"))
                .as("if the chart has changed: `make rbac-reference` and commit")
                .hasContent(RbacReference.generate());
    }
}
