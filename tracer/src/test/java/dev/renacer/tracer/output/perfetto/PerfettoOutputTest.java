// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.perfetto;

import static dev.renacer.tracer.CallFixture.PROCESS;
import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.SignalInfo;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.OutputFixture;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.source.CallStack;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PerfettoOutputTest {
    private static final long START = 1_700_000_000_000_000_000L;
    private static final TracedProcess CHILD = new TracedProcess(9, 9, 7, "child", Optional.empty());
    private static final int PRIVATE = 128;

    private final OutputFixture out = new OutputFixture();
    private final PerfettoOutput output =
            new PerfettoOutput(out.stream, NameWriter.NONE, Descriptors.incomplete(), TextDetail.DEFAULT);

    @Test
    void aCallIsASliceOfItsThreadWithArgumentsAndResult() throws Exception {
        output.onCall(call("openat")
                .args(-100, 1, 0)
                .string(1, "/etc/hosts")
                .nanos(500)
                .thread(8)
                .fails(2)
                .build());
        DecodedTrace trace = end();

        DecodedTrace.Event slice = trace.named("openat");
        assertThat(slice.time()).isEqualTo(START);
        assertThat(trace.endOf(slice).time()).isEqualTo(START + 500);
        assertThat(slice.category()).isEqualTo("file");
        assertThat(trace.tracks.get(slice.track())).isEqualTo("7/8");
        assertThat(trace.tracks).containsValue("7 demo");
        assertThat(slice.annotations())
                .containsEntry("arguments", "AT_FDCWD, \"/etc/hosts\", O_RDONLY")
                .containsEntry("result", "-2")
                .containsEntry("errno", "ENOENT");
    }

    @Test
    void namesAreWrittenOnce() throws Exception {
        for (int round = 0; round < 3; round++) {
            output.onCall(call("getpid").at(START + 100L * round).nanos(10).build());
        }

        assertThat(end().ofType(Fields.Event.BEGIN))
                .hasSize(3)
                .allMatch(event -> event.name().equals("getpid"));
        assertThat(out.text().split("getpid", -1)).hasSize(2);
    }

    @Test
    void whatDidNotReturnSaysSoAndStacksAreShown() throws Exception {
        CallStack stack = new CallStack(
                List.of(new CallStack.Frame(Optional.of("/bin/demo"), 16, Optional.of("main"), 4)), CallStack.End.CUT);
        output.onCall(call("pause").unfinished().stack(stack).build());

        assertThat(end().named("pause").annotations())
                .containsEntry("unfinished", "1")
                .containsEntry("stack", "[main (/bin/demo) 0x10]")
                .doesNotContainKey("result");
    }

    @Test
    void timesAreThoseOfTheRealTimeClockWhichTheMonotonicOneIsSetBeside() throws Exception {
        output.onBegin(START - 1000);
        output.onCall(call("getpid").build());

        assertThat(end().clocks)
                .containsEntry((long) Fields.REALTIME, START)
                .containsEntry((long) Fields.MONOTONIC, 1000L);
    }

    @Test
    void theClockThatAnImporterTiesATraceToIsThere() throws Exception {
        output.onCall(call("getpid").build());

        assertThat(end().clocks).containsKey((long) Fields.BOOTTIME);
    }

    @Test
    void onlyWhatWasForkedIsTheEndOfAFork() throws Exception {
        output.onEvent(new TraceEvent.ProcessStarted(PROCESS, START, TraceEvent.Origin.LAUNCHED));

        assertThat(end().named("trace begins").endOfFlows()).isEmpty();
    }

    @Test
    void aForkIsTiedToWhatItMade() throws Exception {
        output.onCall(call("clone").at(START).nanos(100).returns(CHILD.pid()).build());
        output.onEvent(new TraceEvent.ProcessStarted(CHILD, START + 50, TraceEvent.Origin.FORKED, 7, 7));
        DecodedTrace trace = end();

        assertThat(trace.named("clone").flows())
                .hasSize(1)
                .isEqualTo(trace.named("process started").endOfFlows());
    }

    @Test
    void aCloneIsTiedToTheFirstCallOfTheNewThread() throws Exception {
        output.onCall(call("clone3").at(START).nanos(100).returns(8).build());
        output.onCall(call("rseq").at(START + 60).thread(8).build());
        output.onCall(call("read").at(START + 90_000).thread(8).build());
        DecodedTrace trace = end();

        assertThat(trace.named("clone3").flows())
                .hasSize(1)
                .isEqualTo(trace.named("rseq").endOfFlows());
        assertThat(trace.named("read").endOfFlows()).isEmpty();
    }

    @Test
    void inAPidNamespaceAForkIsTiedByWhoMadeTheProcess() throws Exception {
        TracedProcess parent = new TracedProcess(107, 7, 1, "inside", Optional.empty());
        TracedProcess child = new TracedProcess(109, 9, 107, "inside", Optional.empty());
        output.onEvent(new TraceEvent.ProcessStarted(child, START + 50, TraceEvent.Origin.FORKED, 107, 107));
        output.onCall(call("fork")
                .process(parent)
                .thread(107)
                .at(START)
                .nanos(100)
                .returns(9)
                .build());
        DecodedTrace trace = end();

        assertThat(trace.named("fork").flows())
                .hasSize(1)
                .isEqualTo(trace.named("process started").endOfFlows());
    }

    @Test
    void anExecIsTiedToTheProgramWhichGivesTheProcessItsName() throws Exception {
        output.onCall(call("brk").at(START).build());
        TracedProcess program = new TracedProcess(7, 7, 1, "program", Optional.of("/bin/program"));
        output.onEvent(new TraceEvent.ProgramExecuted(program, START + 20_050));
        output.onCall(call("execve")
                .process(program)
                .at(START + 20_000)
                .nanos(100)
                .returns(0)
                .build());
        DecodedTrace trace = end();

        assertThat(trace.named("execve").flows())
                .hasSize(1)
                .isEqualTo(trace.named("program: program").endOfFlows());
        assertThat(trace.tracks).containsValue("7 program").doesNotContainValue("7 demo");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWakeIsTiedToAnInstantAtTheEndOfTheWaitInWhateverOrderTheyAreReported(boolean wakeFirst) throws Exception {
        CallFixture wait = call("futex")
                .args(64, PRIVATE, 0)
                .thread(8)
                .at(START)
                .nanos(5000)
                .returns(0);
        CallFixture wake = call("futex")
                .args(64, PRIVATE | 1, 1)
                .thread(7)
                .at(START + 4900)
                .nanos(200)
                .returns(1);
        output.onCall((wakeFirst ? wake : wait).build());
        output.onCall((wakeFirst ? wait : wake).build());
        DecodedTrace trace = end();

        DecodedTrace.Event waker = trace.events.stream()
                .filter(event -> !event.flows().isEmpty())
                .findFirst()
                .orElseThrow();
        DecodedTrace.Event woken = trace.events.stream()
                .filter(event -> event.type() == Fields.Event.INSTANT
                        && !event.endOfFlows().isEmpty())
                .findFirst()
                .orElseThrow();
        assertThat(trace.tracks.get(waker.track())).isEqualTo("7/7");
        assertThat(trace.tracks.get(woken.track())).isEqualTo("7/8");
        assertThat(woken.time()).isEqualTo(START + 5000);
        assertThat(woken.endOfFlows()).isEqualTo(waker.flows());
    }

    @Test
    void aWaitAtAnotherAddressOrOfAnotherProcessIsTiedToNothing() throws Exception {
        output.onCall(call("futex").args(64, PRIVATE | 1, 1).returns(1).build());
        output.onCall(call("futex").args(68, PRIVATE, 0).thread(8).returns(0).build());
        output.onCall(call("futex")
                .args(64, PRIVATE, 0)
                .process(CHILD)
                .thread(9)
                .returns(0)
                .build());

        DecodedTrace trace = end();
        assertThat(trace.ofType(Fields.Event.END)).hasSize(3);
        assertThat(trace.ofType(Fields.Event.INSTANT)).isEmpty();
    }

    @Test
    void aWaitOfAThreadThatIsGoneIsOnItsTrack() throws Exception {
        output.onCall(call("futex").args(64, PRIVATE, 0).thread(8).returns(0).build());
        output.onEvent(new TraceEvent.ThreadExited(PROCESS, START + 20_000, 8));
        DecodedTrace trace = end();

        assertThat(trace.tracks.values()).containsOnlyOnce("7/8");
        assertThat(trace.ofType(Fields.Event.BEGIN)).hasSize(1);
    }

    @Test
    void whatElseHappensIsAnInstant() throws Exception {
        output.onEvent(new TraceEvent.ProcessStarted(PROCESS, START, TraceEvent.Origin.LAUNCHED));
        output.onEvent(new TraceEvent.SignalDelivered(PROCESS, START, 7, SignalInfo.of(15, 0, 0, 9, 0, 0, 0)));
        output.onEvent(new TraceEvent.Stopped(PROCESS, START, 7, 19));
        output.onEvent(new TraceEvent.EventsLost(PROCESS, START, 6));
        output.onEvent(new TraceEvent.ProcessExited(PROCESS, START, Optional.empty(), Optional.of(9), false));
        DecodedTrace trace = end();

        assertThat(trace.ofType(Fields.Event.INSTANT))
                .extracting(DecodedTrace.Event::name)
                .containsExactly("trace begins", "SIGTERM", "stopped by SIGSTOP", "events lost", "killed by SIGKILL");
        assertThat(trace.named("SIGTERM").annotations().get("info")).startsWith("{si_signo=SIGTERM");
        assertThat(trace.named("events lost").annotations()).containsEntry("count", "6");
    }

    @Test
    void aRestIsASliceInWhichNothingIsKnown() throws Exception {
        output.onEvent(new TraceEvent.RestBegan(PROCESS, START, 7));
        output.onEvent(new TraceEvent.RestEnded(PROCESS, START + 900, 7, START));
        DecodedTrace trace = end();

        assertThat(trace.endOf(trace.named("not watched")).time()).isEqualTo(START + 900);
    }

    @Test
    void aNumberThatMeansAnotherProcessLaterHasAnotherTrack() throws Exception {
        output.onEvent(new TraceEvent.ProcessStarted(CHILD, START, TraceEvent.Origin.FORKED));
        output.onEvent(new TraceEvent.ProcessExited(CHILD, START + 1, Optional.of(0), Optional.empty(), false));
        output.onEvent(new TraceEvent.ProcessStarted(CHILD, START + 2, TraceEvent.Origin.FORKED));

        assertThat(end().tracks.values().stream().filter("9/9"::equals)).hasSize(2);
    }

    @Test
    void theCounterSaysHowManyCallsAreInFlight() throws Exception {
        output.onCall(call("read").thread(7).at(START + 10_000).nanos(20_000).build());
        output.onCall(call("read").thread(8).at(START).nanos(40_000).build());
        DecodedTrace trace = end();

        assertThat(trace.tracks).containsEntry(Tracks.COUNTER, "calls in flight");
        assertThat(trace.ofType(Fields.Event.COUNTER))
                .extracting(DecodedTrace.Event::value)
                .endsWith(1L, 0L)
                .contains(2L);
    }

    @Test
    void nothingTracedIsAnEmptyFile() {
        output.onEnd();

        assertThat(out.bytes.size()).isZero();
    }

    private DecodedTrace end() throws InvalidProtocolBufferException {
        output.onEnd();
        assertThat(out.complaints).isEmpty();
        return DecodedTrace.of(out.bytes.toByteArray());
    }
}
