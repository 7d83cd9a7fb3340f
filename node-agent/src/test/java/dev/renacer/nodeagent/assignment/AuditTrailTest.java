// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AuditTrailTest {
    @Test
    void tellsWhoWhatWhyInOneLine() {
        AuditTrail audit = new AuditTrail("shop/t-1", Optional.of("jane"), Optional.of("INC-7: slow"));
        assertThat(audit.line("web-1/main", List.of(7, 8), "attached"))
                .isEqualTo("audit request=shop/t-1 requestedBy=\"jane\" justification=\"INC-7: slow\""
                        + " container=web-1/main pids=7,8 attached");
    }

    @Test
    void aValueCanForgeNeitherALineNorAField() {
        AuditTrail audit = new AuditTrail("a/b", Optional.empty(), Optional.of("x\" pids=1\naudit \u001b[2J\u2028\\"));
        assertThat(audit.line("c", List.of(1), "detached"))
                .contains("requestedBy=\"\"")
                .contains("justification=\"x\\\" pids=1\\u000aaudit \\u001b[2J\\u2028\\\\\"")
                .doesNotContainPattern("[\\p{Cc}\\u2028]");
    }

    @Test
    void manyProcessesAreCutAndCounted() {
        List<Integer> pids = IntStream.rangeClosed(1, 60).boxed().toList();
        assertThat(new AuditTrail("a/b", Optional.empty(), Optional.empty()).line("c", pids, "attached"))
                .contains(",50,...(60) attached");
    }
}
