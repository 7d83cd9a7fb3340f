// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.SyscallTable;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingTest {
    private static final long LOW = 1;
    private static final long HIGH = 0xff_ffff_ffff_ffffL;
    private static final long THREE_QUARTERS = 0xc0_0000_0000_0000L;

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

    private static boolean keeps(Sampling rules, SyscallCall call, boolean isFailure, long randomness) {
        return rules.threshold(call, isFailure, randomness) != Sampling.LEFT_OUT;
    }

    @Test
    void theFirstRuleThatSaysSomethingDecides() {
        Sampling rules = Sampling.parse(List.of(
                "# what is kept in any case", "keep error", "keep slow 10", "", "drop call write,writev", "sample 0"));
        assertThat(keeps(rules, WRITE, true, LOW)).isTrue();
        assertThat(keeps(rules, SLOW_READ, false, LOW)).isTrue();
        assertThat(keeps(rules, WRITE, false, HIGH)).isFalse();
        assertThat(keeps(rules, READ, false, HIGH)).isFalse();
    }

    @Test
    void aCallOfWhichNoRuleSaysAnythingIsKept() {
        assertThat(keeps(Sampling.NONE, READ, false, LOW)).isTrue();
        assertThat(keeps(Sampling.parse(List.of("drop call write")), READ, false, LOW))
                .isTrue();
    }

    @Test
    void aTraceThatIsKeptAtOneProbabilityIsKeptAtEachHigherOne() {
        assertThat(keeps(Sampling.parse(List.of("sample 0.25")), READ, false, THREE_QUARTERS))
                .isTrue();
        assertThat(keeps(Sampling.parse(List.of("sample 0.24")), READ, false, THREE_QUARTERS))
                .isFalse();
        assertThat(keeps(Sampling.parse(List.of("sample 1")), READ, false, LOW)).isTrue();
        assertThat(keeps(Sampling.parse(List.of("sample 0")), READ, false, HIGH))
                .isFalse();
    }

    /** The specification's own table for 4 digits (trace/tracestate-probability-sampling.md). */
    @ParameterizedTest
    @CsvSource({
        "1, 0",
        "2, 8",
        "3, aaab",
        "4, c",
        "5, cccd",
        "8, e",
        "10, e666",
        "16, f",
        "100, fd70a",
        "1000, ffbe77",
        "10000, fff9724",
        "100000, ffff583a",
        "1000000, ffffef39"
    })
    void aProbabilityHasTheThresholdOfTheSpecification(int oneIn, String threshold) {
        assertThat(Sampling.rejected(1.0 / oneIn))
                .isEqualTo(Long.parseLong((threshold + "0".repeat(14)).substring(0, 14), 16));
    }

    @Test
    void theThresholdIsThatOfTheRuleThatDecides() {
        Sampling rules = Sampling.parse(List.of("keep error", "sample 0.25"));
        assertThat(rules.threshold(READ, true, LOW)).isZero();
        assertThat(rules.threshold(READ, false, HIGH)).isEqualTo(THREE_QUARTERS);
        assertThat(rules.threshold(READ, false, THREE_QUARTERS - 1)).isEqualTo(Sampling.LEFT_OUT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"keep", "keep errors", "sample", "sample 1.5", "sample -1", "sample x", "keep slow", "drop"})
    void whatIsNoRuleIsRefusedWithItsLine(String line) {
        assertThatThrownBy(() -> Sampling.parse(List.of("keep error", line)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 2: '" + line + "' is no rule; a rule is keep error");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "drop call opnat; unknown system call 'opnat', did you mean 'openat'?",
                "keep call read,opnat; unknown system call 'opnat', did you mean 'openat'?",
                "drop call %nothing; unknown class '%nothing'; the classes are",
                "drop call /xyzzy/; the expression '/xyzzy/' matches no system call",
                "drop call 4096; no system call has the number 4096",
                "drop call read,; an item of the filter is empty"
            })
    void aCallThatThereIsNotIsRefusedWithItsLine(String line, String why) {
        assertThatThrownBy(() -> Sampling.parse(List.of("keep error", line)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 2: " + why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"read", "getpid,read", "%desc", "/^rea.*/", "0", "?nosuchcall,read"})
    void callsAreGivenAsAFilterTakesThem(String names) {
        Sampling rules = Sampling.parse(List.of("drop call " + names));
        assertThat(keeps(rules, READ, false, LOW)).isFalse();
        assertThat(keeps(rules, call(39_000, 1), false, LOW)).isTrue();
    }
}
