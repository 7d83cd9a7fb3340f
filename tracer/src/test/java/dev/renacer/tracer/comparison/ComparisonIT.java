// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.LaunchSpec;
import dev.renacer.capture.ring.RingPolicy;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.Tracing;
import dev.renacer.tracer.comparison.Difference.Kind;
import dev.renacer.tracer.comparison.report.ComparisonText;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.Inheritance;
import dev.renacer.tracer.filter.SyscallFilter;
import dev.renacer.tracer.filter.SyscallFilter.Following;
import dev.renacer.tracer.redact.Redactor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real programs, traced twice. */
class ComparisonIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    Path folder = Path.of("");

    private TraceProfile profile(String script, String expression) throws Exception {
        Descriptors descriptors = new Descriptors(Inheritance.ofThisProcess(Optional.empty(), Redactor.NONE));
        TraceProfile profile = new TraceProfile(descriptors);
        CaptureOptions options = new CaptureOptions(
                SyscallFilter.parse(expression).plan(ArgumentDetail.FULL, EnumSet.of(Following.DESCRIPTORS)),
                RingPolicy.BLOCK,
                1 << 13,
                1 << 20,
                4096,
                true,
                Optional.empty(),
                Optional.empty());
        try (Tracing tracing = Tracing.open("comparison", options, List.of(descriptors, profile))) {
            tracing.launch(new LaunchSpec("/bin/sh", List.of("sh", "-c", script), Optional.empty()));
            assertThat(tracing.awaitEnd(LIMIT)).isTrue();
            assertThat(tracing.listenerFailures()).isEmpty();
        }
        return profile;
    }

    private static String text(Comparison comparison) {
        StringBuilder text = new StringBuilder();
        new ComparisonText(comparison).writeTo(text, "A", "B");
        return text.toString();
    }

    @Test
    void theSameProgramDoesTheSameAgainThoughPidsAndInodesDiffer() throws Exception {
        String script = "for i in 1 2 3; do cat /proc/$$/maps | sort | wc -l; done >/dev/null";
        String calls = "trace=open,openat,execve,connect,unlink,pipe,pipe2";
        Comparison comparison = Comparison.of(profile(script, calls), profile(script, calls));

        assertThat(comparison.before().calls()).isGreaterThan(30);
        assertThat(comparison.differences().stream()
                        .filter(difference -> difference.kind() != Kind.SLOWER && difference.kind() != Kind.FASTER))
                .as(text(comparison))
                .isEmpty();
    }

    @Test
    void aFileThatMayNoLongerBeFoundIsANewErrorOfItsProcess() throws Exception {
        Path file = Files.writeString(folder.resolve("config"), "x");
        // In other languages cat would look for its messages as well.
        String script = "LC_ALL=C cat '" + file + "' >/dev/null 2>&1; true";
        TraceProfile before = profile(script, "trace=openat");
        Files.delete(file);
        Comparison comparison = Comparison.of(before, profile(script, "trace=openat"));

        assertThat(comparison.of(Kind.NEW_ERROR))
                .as(text(comparison))
                .singleElement()
                .satisfies(difference -> {
                    assertThat(difference.key().role()).isEqualTo("(program)/cat");
                    assertThat(difference.key().call()).isEqualTo("openat");
                    assertThat(difference.key().path()).endsWith("/config");
                    assertThat(difference.errno()).isEqualTo(2);
                });
        assertThat(FailureCondition.parse("new-errors").getFirst().violations(comparison))
                .hasSize(1);
        assertThat(FailureCondition.parse("vanished-calls").getFirst().violations(comparison))
                .as(text(comparison))
                .isEmpty();
    }
}
