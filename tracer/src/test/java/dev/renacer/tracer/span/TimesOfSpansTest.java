// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import static dev.renacer.tracer.CallFixture.PROCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.renacer.capture.ring.DetachReason;
import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.ThreadTime;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceEvent.Origin;
import dev.renacer.tracer.context.ThreadContext;
import dev.renacer.tracer.span.attribute.SpanAttributes;
import dev.renacer.tracer.span.attribute.TimeAttributes;
import dev.renacer.tracer.time.BlockedOn;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What spans say of where the time went. */
class TimesOfSpansTest {
    private static final long SECOND = 1_000_000_000;
    private static final long START = 1_700_000_000 * SECOND;

    /** Of the lock that a futex waits for. */
    private static final int OWNER = 77;

    private final Scenario scenario = new Scenario(SpanOptions.defaults());

    @Test
    void theRootSaysItOfItsProcess() {
        begin();
        call("clock_nanosleep", START + SECOND, START + 2 * SECOND, SECOND / 2);
        end();

        Attributes root = only("process: demo").getAttributes();
        assertThat(root.get(TimeAttributes.WALL)).isEqualTo(2.0);
        assertThat(root.get(TimeAttributes.CPU)).isEqualTo(0.5);
        assertThat(root.get(TimeAttributes.blocked(BlockedOn.SLEEP))).isEqualTo(1.0);
        assertThat(root.get(TimeAttributes.blocked(BlockedOn.OTHER))).isEqualTo(0.5);
        assertThat(root.get(TimeAttributes.THROTTLED)).isNull();
    }

    @Test
    void aLongCallSaysItOfItself() {
        begin();
        call("clock_nanosleep", START + SECOND, START + 2 * SECOND, SECOND / 2);
        end();

        assertThat(only("syscall: clock_nanosleep").getAttributes().get(TimeAttributes.blocked(BlockedOn.SLEEP)))
                .isEqualTo(1.0);
    }

    @Test
    void aRequestOfTheApplicationHasASpanThatSaysItOfTheRequest() {
        ThreadContext one = new ThreadContext(1, 2, 3, 1);
        ThreadContext other = new ThreadContext(1, 2, 4, 1);
        begin();
        call("getpid", START, START + 1_000, 0, Optional.of(one)); // from now on it is divided
        call("clock_nanosleep", START + 1_000, START + SECOND, 0, Optional.of(one));
        call("wait4", START + SECOND, START + 3 * SECOND, 0, Optional.of(other));
        call("clock_nanosleep", START + 3 * SECOND, START + 4 * SECOND, 0, Optional.empty());
        end();

        assertThat(scenario.spans)
                .filteredOn(span -> span.getName().equals("time: demo"))
                .satisfiesExactlyInAnyOrder(
                        span -> {
                            assertThat(span.getParentSpanId()).isEqualTo("0000000000000003");
                            assertThat(span.getAttributes().get(TimeAttributes.blocked(BlockedOn.SLEEP)))
                                    .isCloseTo(1, within(0.001));
                        },
                        span -> {
                            assertThat(span.getParentSpanId()).isEqualTo("0000000000000004");
                            assertThat(span.getStartEpochNanos()).isEqualTo(START + SECOND);
                            assertThat(span.getEndEpochNanos()).isEqualTo(START + 3 * SECOND);
                            assertThat(span.getAttributes().get(TimeAttributes.WALL))
                                    .isEqualTo(2);
                            assertThat(span.getAttributes().get(TimeAttributes.blocked(BlockedOn.CHILD)))
                                    .isEqualTo(2);
                            assertThat(span.getAttributes().get(SpanAttributes.PROCESS_PID))
                                    .isEqualTo(PROCESS.pid());
                        });
        assertThat(only("process: demo").getAttributes().get(TimeAttributes.WALL))
                .isEqualTo(4);
    }

    @Test
    void whoHasALockIsNotSaidWhereNothingOfArgumentsIs() {
        begin();
        call("futex", START + SECOND, START + 2 * SECOND, SECOND / 2);
        end();

        Attributes call = only("syscall: futex").getAttributes();
        assertThat(call.get(TimeAttributes.blocked(BlockedOn.FUTEX))).isEqualTo(1.0);
        assertThat(call.get(SpanAttributes.LOCK_OWNER_TID)).isNull();
    }

    @Test
    void withoutTimesNothingIsSaid() {
        begin();
        scenario.assembler.onCall(
                CallFixture.call("getpid").times(START, START + 10).build());
        end();

        assertThat(only("process: demo").getAttributes().get(TimeAttributes.WALL))
                .isNull();
    }

    @Test
    void thePageNamesEachAttribute() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "where-time-went.md"));
        for (BlockedOn on : BlockedOn.values()) {
            assertThat(page).contains('`' + TimeAttributes.blocked(on).getKey() + '`');
        }
        for (AttributeKey<?> key : new AttributeKey<?>[] {
            TimeAttributes.WALL,
            TimeAttributes.CPU,
            TimeAttributes.RUNNABLE,
            TimeAttributes.THROTTLED,
            TimeAttributes.TRACER,
            TimeAttributes.UNKNOWN
        }) {
            assertThat(page).contains('`' + key.getKey() + '`');
        }
    }

    @Test
    void whatAProcessDidSinceItsLastSliceIsToldWhenItIsDetached() {
        begin();
        scenario.idle(200_000_000); // its slice is closed now
        scenario.assembler.onThreadTime(new ThreadTime(
                PROCESS,
                7,
                START,
                START + 200 * SECOND,
                200 * SECOND,
                0,
                0,
                0,
                0,
                0,
                Optional.empty(),
                0,
                0,
                0,
                0,
                true,
                false));
        scenario.assembler.onEvent(
                new TraceEvent.ProcessDetached(PROCESS, START + 200 * SECOND, DetachReason.DEADLINE));
        scenario.assembler.onEnd();

        assertThat(scenario.spans.getLast().getAttributes().get(TimeAttributes.CPU))
                .isEqualTo(200.0);
    }

    private SpanData only(String name) {
        return scenario.spans.stream()
                .filter(span -> span.getName().equals(name))
                .reduce((one, another) -> {
                    throw new AssertionError("two spans " + name);
                })
                .orElseThrow();
    }

    private void begin() {
        scenario.assembler.onEvent(new TraceEvent.ProcessStarted(PROCESS, START, Origin.LAUNCHED));
    }

    /** A call at the end of a stretch that began with the process, or with the call. */
    private void call(String name, long from, long to, long ran) {
        call(name, from, to, ran, START, Optional.empty());
    }

    private void call(String name, long from, long to, long ran, Optional<ThreadContext> context) {
        call(name, from, to, ran, from, context);
    }

    private void call(String name, long from, long to, long ran, long since, Optional<ThreadContext> context) {
        SyscallCall call = CallFixture.call(name).times(from, to).build().in(context);
        scenario.assembler.onThreadTime(new ThreadTime(
                PROCESS,
                call.tid(),
                since,
                to,
                ran,
                0,
                0,
                0,
                to - from,
                to - from,
                Optional.of(call.syscall()),
                name.equals("futex") ? OWNER : 0,
                0,
                0,
                0,
                true,
                false));
        scenario.assembler.onCall(call);
    }

    private void end() {
        scenario.assembler.onEvent(
                new TraceEvent.ProcessExited(PROCESS, START + 5 * SECOND, Optional.of(0), Optional.empty(), false));
        scenario.assembler.onEnd();
    }
}
