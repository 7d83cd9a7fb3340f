// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.plan.CapturePlan;
import dev.renacer.capture.plan.ExitRule;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.SyscallTable;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is captured beside the calls that are asked for, so that the end of a connection can be told. */
class ConnectionPlanTest {
    /** x32 has a number of its own for getsockopt (tables.tsv), listed without its bit 30. */
    private static final int GETSOCKOPT_X32 = 542;

    @ParameterizedTest
    @EnumSource
    void theErrorOfASocketIsReadWhereGetsockoptIsAskedFor(Abi abi) throws FilterSyntaxException {
        for (CapturePlan plan : new CapturePlan[] {
            SyscallFilter.EVERYTHING.plan(ArgumentDetail.NONE),
            SyscallFilter.EVERYTHING.planWithConnections(ArgumentDetail.NONE)
        }) {
            assertThat(rule(plan, abi, "getsockopt")).hasValueSatisfying(rule -> {
                assertThat(rule.conditions())
                        .containsExactly(new ExitRule.Condition(1, 1), new ExitRule.Condition(2, 4));
                assertThat(rule.written())
                        .hasValueSatisfying(
                                written -> assertThat(written.bytes()).isEqualTo(4));
                assertThat(rule.failedOnly()).isFalse();
            });
            assertThat(plan.exitRules(abi.auditArch())).hasSize(abi == Abi.X86_64 ? 2 : 1);
        }
        assertThat(rule(
                        SyscallFilter.parse("trace=openat").planWithConnections(ArgumentDetail.NONE),
                        abi,
                        "getsockopt"))
                .isEmpty();
        assertThat(rule(SyscallFilter.parse("trace=connect").plan(ArgumentDetail.NONE), abi, "getsockopt"))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void connectAloneBringsWhatTellsOfItsConnection(Abi abi) throws FilterSyntaxException {
        CapturePlan plan = SyscallFilter.parse("trace=connect").planWithConnections(ArgumentDetail.NONE);

        assertThat(rule(plan, abi, "getsockopt"))
                .hasValueSatisfying(rule -> assertThat(rule.written()).isPresent());
        assertThat(rule(plan, abi, "close")).contains(new ExitRule(List.of(), Optional.empty(), false));
        assertThat(rule(plan, abi, "read")).contains(new ExitRule(List.of(), Optional.empty(), true));
        assertThat(rule(plan, abi, "connect")).isEmpty();
        assertThat(rule(plan, abi, "openat")).isEmpty();
        assertThat(plan.table(abi.auditArch())[number(abi, "close")]).isEqualTo(CapturePlan.SKIP);
    }

    @Test
    void x32CallsHaveThatRuleAsWell() {
        assertThat(SyscallFilter.EVERYTHING.plan(ArgumentDetail.NONE).exitRules(Abi.X86_64.auditArch()))
                .containsKey(GETSOCKOPT_X32);
    }

    @Test
    void whatIsAskedForAnywayNeedsNoRule() throws FilterSyntaxException {
        CapturePlan plan = SyscallFilter.parse("trace=connect,close,read").planWithConnections(ArgumentDetail.NONE);

        assertThat(rule(plan, Abi.X86_64, "close")).isEmpty();
        assertThat(rule(plan, Abi.X86_64, "read")).isEmpty();
        assertThat(rule(plan, Abi.X86_64, "write")).isPresent();
    }

    private static Optional<ExitRule> rule(CapturePlan plan, Abi abi, String name) {
        return Optional.ofNullable(plan.exitRules(abi.auditArch()).get(number(abi, name)));
    }

    private static int number(Abi abi, String name) {
        return SyscallTable.instance().lookup(abi, name).orElseThrow().number();
    }
}
