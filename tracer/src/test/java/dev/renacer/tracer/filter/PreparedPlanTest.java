// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.plan.CapturePlan;
import dev.renacer.capture.plan.PlanBytes;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.filter.SyscallFilter.Following;
import dev.renacer.tracer.syscall.Abi;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The plan that the build has made is the one that would be made now, whatever is followed. */
class PreparedPlanTest {
    @Test
    void itIsInTheBuildAndIsTheOneThatWouldBeMadeNow() {
        assertThat(Stream.of(
                                PreparedPlan.resource(ArgumentDetail.FULL, Set.of()),
                                PreparedPlan.resource(ArgumentDetail.FULL, Set.of(Following.LINKS)),
                                PreparedPlan.resource(ArgumentDetail.FULL, Set.of(Following.HEADS)),
                                PreparedPlan.resource(ArgumentDetail.ALL, EnumSet.allOf(Following.class)))
                        .map(Optional::orElseThrow)
                        .map(PreparedPlan.class::getResource))
                .doesNotContainNull();
        for (Set<Following> following : Set.of(
                EnumSet.noneOf(Following.class),
                EnumSet.allOf(Following.class),
                EnumSet.of(Following.CONNECTIONS, Following.HEADS),
                EnumSet.of(Following.CONNECTIONS))) {
            assertThat(PlanBytes.of(SyscallFilter.EVERYTHING.plan(ArgumentDetail.FULL, following)))
                    .isEqualTo(PlanBytes.of(SyscallFilter.EVERYTHING.made(ArgumentDetail.FULL, following)));
            assertThat(PlanBytes.of(SyscallFilter.EVERYTHING.plan(ArgumentDetail.ALL, following)))
                    .isEqualTo(PlanBytes.of(SyscallFilter.EVERYTHING.made(ArgumentDetail.ALL, following)));
        }
    }

    @Test
    void itSaysWhatIsInIt() {
        CapturePlan prepared = SyscallFilter.EVERYTHING.plan(ArgumentDetail.FULL);
        CapturePlan made = SyscallFilter.EVERYTHING.made(ArgumentDetail.FULL, Set.of());

        for (Abi abi : Abi.values()) {
            assertThat(prepared.table(abi.auditArch())).isEqualTo(made.table(abi.auditArch()));
            assertThat(prepared.reads(abi.auditArch())).isEqualTo(made.reads(abi.auditArch()));
            assertThat(prepared.exitRules(abi.auditArch())).isEqualTo(made.exitRules(abi.auditArch()));
        }
        assertThat(prepared.skipUnlisted()).isFalse();
    }
}
