// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.SyscallTable;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingTest {
    private static final String LOW = "ffffffffffffffffff00000000000001";
    private static final String HIGH = "000000000000000000ffffffffffffff";
    /** Three quarters of the range. */
    private static final String THREE_QUARTERS = "000000000000000000c0000000000000";

    private static SyscallCall call(int number, long nanos) {
        return new SyscallCall(
                new TracedProcess(7, 7, 0, "nginx", Optional.empty()),
                7,
                SyscallTable.instance().lookup(Abi.X86_64, number),
                1_000,
                1_000 + nanos,
                Outcome.RETURNED,
                0,
                new long[6],
                List.of(),
                false,
                Optional.empty());
    }

    private static final SyscallCall READ = call(0, 1_000);
    private static final SyscallCall SLOW_READ = call(0, 20_000_000);
    private static final SyscallCall WRITE = call(1, 1_000);

    @Test
    void theFirstRuleThatSaysSomethingDecides() {
        Sampling rules = Sampling.parse(List.of(
                "# what is kept in any case", "keep error", "keep slow 10", "", "drop call write,writev", "sample 0"));
        assertThat(rules.keeps(WRITE, true, LOW)).isTrue();
        assertThat(rules.keeps(SLOW_READ, false, LOW)).isTrue();
        assertThat(rules.keeps(WRITE, false, HIGH)).isFalse();
        assertThat(rules.keeps(READ, false, HIGH)).isFalse();
    }

    @Test
    void aCallOfWhichNoRuleSaysAnythingIsKept() {
        assertThat(Sampling.NONE.keeps(READ, false, LOW)).isTrue();
        assertThat(Sampling.parse(List.of("drop call write")).keeps(READ, false, LOW))
                .isTrue();
    }

    @Test
    void aTraceThatIsKeptAtOneProbabilityIsKeptAtEachHigherOne() {
        assertThat(Sampling.parse(List.of("sample 0.25")).keeps(READ, false, THREE_QUARTERS))
                .isTrue();
        assertThat(Sampling.parse(List.of("sample 0.24")).keeps(READ, false, THREE_QUARTERS))
                .isFalse();
        assertThat(Sampling.parse(List.of("sample 1")).keeps(READ, false, LOW)).isTrue();
        assertThat(Sampling.parse(List.of("sample 0")).keeps(READ, false, HIGH)).isFalse();
    }

    @Test
    void whatALineSaysIsARuleWithItsFigures() {
        assertThat(Sampling.parse(List.of("keep error", "keep slow 1.5", "drop call write,writev", "sample 0.1"))
                        .rules())
                .containsExactly(
                        new Sampling.KeepErrors(),
                        new Sampling.KeepSlow(1_500_000),
                        new Sampling.Named(Set.of("write", "writev"), false),
                        Sampling.KeepTraces.withProbability(0.1));
        assertThat(Sampling.KeepTraces.withProbability(0.1).perMillion()).isCloseTo(100_000, within(1e-6));
        assertThatThrownBy(() -> Sampling.KeepTraces.withProbability(1.1))
                .hasMessage("a probability is from 0 to 1, but this is 1.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"keep", "keep errors", "sample", "sample 1.5", "sample -1", "sample x", "keep slow", "drop"})
    void whatIsNoRuleIsRefusedWithItsLine(String line) {
        assertThatThrownBy(() -> Sampling.parse(List.of("keep error", line)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 2: '" + line + "' is no rule; a rule is keep error");
    }
}
