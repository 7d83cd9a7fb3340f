// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import static dev.renacer.tracer.span.Scenario.EXIT_GROUP;
import static dev.renacer.tracer.span.Scenario.GETPPID;
import static dev.renacer.tracer.span.Scenario.OPENAT;
import static dev.renacer.tracer.span.Scenario.READ;
import static dev.renacer.tracer.span.Scenario.at;
import static dev.renacer.tracer.span.Scenario.attribute;
import static dev.renacer.tracer.span.Scenario.process;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.SignalInfo;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.span.attribute.SpanAttributes;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpanAssemblerTest {
    private static final TracedProcess LS = process(4_321, 0, "ls");
    private final Scenario scenario = new Scenario(SpanOptions.defaults());

    @Test
    void aCallIsAChildOfItsProcessWithTrueTimes() {
        scenario.start(LS, 0);
        scenario.call(LS, OPENAT, 10, 35, 3);
        scenario.exit(LS, 50, 0);
        scenario.end();

        SpanData root = scenario.onlyRoot();
        SpanData call = scenario.calls().getFirst();
        assertThat(call.getName()).isEqualTo("syscall: openat");
        assertThat(call.getKind()).isEqualTo(SpanKind.INTERNAL);
        assertThat(call.getStartEpochNanos()).isEqualTo(at(10));
        assertThat(call.getEndEpochNanos()).isEqualTo(at(35));
        assertThat(call.getTraceId()).isEqualTo(root.getTraceId()).hasSize(32);
        assertThat(call.getParentSpanId()).isEqualTo(root.getSpanId());
        assertThat(call.getSpanId()).hasSize(16).isNotEqualTo(root.getSpanId());
        assertThat(call.getSpanContext().getSpanId()).isEqualTo(call.getSpanId());
        assertThat(call.getSpanContext().getTraceId()).isEqualTo(call.getTraceId());
        assertThat(call.getSpanContext().isSampled()).isTrue();
        assertThat(call.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(call.getResource()).isSameAs(scenario.resource);
        assertThat(call.getInstrumentationScopeInfo()).isSameAs(root.getInstrumentationScopeInfo());
        assertThat(call.getInstrumentationScopeInfo().getVersion()).matches("\\d+\\.\\d+.*");
        assertThat(attribute(call, "syscall.name")).contains("openat");
        assertThat(attribute(call, "syscall.number")).contains(257L);
        assertThat(attribute(call, "syscall.tid")).contains(4_321L);
        assertThat(attribute(call, "syscall.result")).contains(3L);
        assertThat(attribute(call, "syscall.duration_us")).contains(25L);
        assertThat(attribute(call, "syscall.args")).isEmpty();
        assertThat(attribute(call, "error.type")).isEmpty();
        assertThat(attribute(call, "syscall.parent.source")).contains("process");
        assertThat(call.getAttributes().size()).isEqualTo(6);
    }

    @Test
    void theRootTellsTheProcess() {
        scenario.start(LS, 0);
        scenario.exit(LS, 50, 0);
        scenario.end();

        SpanData root = scenario.onlyRoot();
        assertThat(root.getName()).isEqualTo("process: ls");
        assertThat(root.getKind()).isEqualTo(SpanKind.SERVER);
        assertThat(root.getParentSpanContext().isValid()).isFalse();
        assertThat(root.getStartEpochNanos()).isEqualTo(at(0));
        assertThat(root.getEndEpochNanos()).isEqualTo(at(50));
        assertThat(root.getLinks()).isEmpty();
        assertThat(root.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(attribute(root, "process.command")).contains("/usr/bin/ls");
        assertThat(attribute(root, "process.executable.path")).contains("/usr/bin/ls");
        assertThat(attribute(root, "process.executable.name")).contains("ls");
        assertThat(attribute(root, "process.pid")).contains(4_321L);
        assertThat(attribute(root, "process.vpid")).contains(14_321L);
        assertThat(attribute(root, "process.exit.code")).contains(0L);
        assertThat(attribute(root, "process.exit_code")).contains(0L);
    }

    @Test
    void aFailedProcessIsAnError() {
        scenario.start(LS, 0);
        scenario.exit(LS, 50, 2);
        scenario.end();

        SpanData root = scenario.onlyRoot();
        assertThat(root.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(root.getStatus().getDescription()).isEqualTo("process exited with code: 2");
        assertThat(attribute(root, "process.exit.code")).contains(2L);
        assertThat(attribute(root, "error.type")).contains("2");
    }

    @Test
    void aKilledProcessNamesTheSignal() {
        scenario.start(LS, 0);
        scenario.kill(LS, 50, 11, true);
        scenario.end();

        SpanData root = scenario.onlyRoot();
        assertThat(root.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(root.getStatus().getDescription()).isEqualTo("process killed by signal: SIGSEGV (core dumped)");
        assertThat(attribute(root, "error.type")).contains("SIGSEGV");
        assertThat(attribute(root, "process.exit.code")).isEmpty();
    }

    @Test
    void aDetachedProcessTellsWhyAndHasNoExitCode() {
        scenario.start(LS, 0);
        scenario.call(LS, GETPPID, 1, 2, 1);
        scenario.detach(LS, 50);
        scenario.end();

        SpanData root = scenario.onlyRoot();
        assertThat(attribute(root, "renacer.detach.reason")).contains("deadline");
        assertThat(attribute(root, "process.exit.code")).isEmpty();
        assertThat(root.getEndEpochNanos()).isEqualTo(at(50));
    }

    @Test
    void aFailedCallIsAnErrorAndNamesIt() {
        scenario.start(LS, 0);
        scenario.call(LS, OPENAT, 1, 2, -2);

        SpanData call = scenario.calls().getFirst();
        assertThat(call.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(call.getStatus().getDescription()).isEqualTo("ENOENT");
        assertThat(attribute(call, "syscall.errno")).contains(2L);
        assertThat(attribute(call, "error.type")).contains("ENOENT");
        assertThat(attribute(call, "syscall.result")).contains(-2L);
        assertThat(call.getTotalAttributeCount())
                .isEqualTo(call.getAttributes().size())
                .isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({"4,EINTR", "11,EAGAIN", "115,EINPROGRESS", "512,ERESTARTSYS", "514,ERESTARTNOHAND"})
    void wouldBlockAndInterruptedAreNoErrors(int errno, String name) {
        scenario.start(LS, 0);
        scenario.call(LS, READ, 1, 2, -errno);

        SpanData call = scenario.calls().getFirst();
        assertThat(call.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(attribute(call, "error.type")).contains(name);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 11, 115, 516})
    void theStrictRuleMakesEveryFailureAnError(int errno) {
        Scenario strict = new Scenario(SpanOptions.defaults().withErrorStatus(SpanOptions.ErrorStatus.ALL));
        strict.start(LS, 0);
        strict.call(LS, READ, 1, 2, -errno);

        assertThat(strict.calls().getFirst().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    }

    @Test
    void aCallThatNeverReturnsIsToldApart() {
        scenario.start(LS, 0);
        scenario.tell(Scenario.call(LS, EXIT_GROUP, 1, 2, Outcome.UNFINISHED, 0, false));

        SpanData call = scenario.calls().getFirst();
        assertThat(attribute(call, "syscall.unfinished")).contains(true);
        assertThat(attribute(call, "syscall.result")).isEmpty();
        assertThat(call.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    }

    @Test
    void aCallInProgressAtAttachSaysSo() {
        scenario.start(LS, 5);
        scenario.tell(Scenario.call(LS, READ, 5, 20, Outcome.RETURNED, 1, true));

        SpanData call = scenario.calls().getFirst();
        assertThat(call.getStartEpochNanos()).isEqualTo(at(5));
        assertThat(attribute(call, "syscall.in_progress_at_attach")).contains(true);
    }

    @Test
    void argumentsAreThereOnlyWhenAskedFor() {
        Scenario open = new Scenario(SpanOptions.defaults().withArguments(ArgumentDetail.FULL));
        open.start(LS, 0);
        open.call(LS, OPENAT, 1, 2, 3);

        assertThat(attribute(open.calls().getFirst(), "syscall.args"))
                .hasValueSatisfying(text -> assertThat(text.toString()).startsWith("AT_FDCWD, \"/etc/passwd\""));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aCutNeverLeavesHalfACharacter(int shift) {
        Scenario open = new Scenario(SpanOptions.defaults().withArguments(ArgumentDetail.FULL));
        open.start(LS, 0);
        SyscallCall plain = Scenario.call(LS, OPENAT, 1, 2, Outcome.RETURNED, 3, false);
        byte[] path = ("x".repeat(shift) + "\uD83D\uDE00".repeat(1_500)).getBytes(StandardCharsets.UTF_8);
        open.tell(new SyscallCall(
                plain.process(),
                plain.tid(),
                plain.syscall(),
                plain.startNanos(),
                plain.endNanos(),
                plain.outcome(),
                plain.result(),
                plain.args(),
                List.of(new CapturedData(1, CapturedData.Part.DATA, 0, false, path, false, 0)),
                false,
                Optional.empty()));

        assertThat(attribute(open.calls().getFirst(), "syscall.args")).hasValueSatisfying(text -> {
            assertThat(text.toString()).endsWith("...").hasSize(2_048);
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(text.toString()))
                    .isTrue();
        });
    }

    @Test
    void theRootBearsTheLatestProgramsNameAndTellsTheEarlierOne() {
        scenario.start(process(7, 0, "sh"), 0);
        scenario.exec(process(7, 0, "curl"), 10);
        scenario.exit(process(7, 0, "curl"), 20, 0);
        scenario.end();

        SpanData root = scenario.onlyRoot();
        assertThat(root.getName()).isEqualTo("process: curl");
        assertThat(attribute(root, "process.command")).contains("/usr/bin/curl");
        assertThat(root.getEvents()).singleElement().satisfies(event -> {
            assertThat(event.getName()).isEqualTo("process.exec");
            assertThat(event.getEpochNanos()).isEqualTo(at(10));
            assertThat(event.getAttributes().get(SpanAttributes.PREVIOUS_EXECUTABLE_NAME))
                    .isEqualTo("sh");
        });
    }

    @Test
    void signalsAreEventsOfTheRootAndTheirNumberIsBounded() {
        scenario.start(LS, 0);
        for (int i = 0; i < 200; i++) {
            scenario.assembler.onEvent(
                    new TraceEvent.SignalDelivered(LS, at(i), LS.pid(), SignalInfo.of(23, -6, 0, 99, 0, 0, 0)));
        }
        scenario.exit(LS, 500, 0);
        scenario.end();

        SpanData root = scenario.onlyRoot();
        assertThat(root.getEvents()).hasSize(128);
        assertThat(root.getTotalRecordedEvents()).isEqualTo(200);
        assertThat(root.getEvents().getFirst().getAttributes().get(SpanAttributes.SIGNAL_NAME))
                .isEqualTo("SIGURG");
    }

    @Test
    void aSignalHasTheAttributesItsSiginfoHas() {
        scenario.start(LS, 0);
        signal(SignalInfo.of(11, 1, 0, 0xdead000L, 0, 0, 0));
        signal(SignalInfo.of(15, 0, 0, 99 | 1000L << 32, 0, 0, 0));
        signal(SignalInfo.of(34, -1, 0, 99, 42, 0, 0));
        signal(SignalInfo.of(17, 1, 0, 77, 3, 0, 0));
        signal(SignalInfo.of(17, 2, 0, 77, 9, 0, 0));
        signal(SignalInfo.of(14, 128, 0, 0, 0, 0, 0));
        signal(SignalInfo.of(31, 1, 0, 0x7000, 110 | 0xc000003eL << 32, 0, 0));
        scenario.exit(LS, 500, 0);
        scenario.end();

        assertThat(scenario.onlyRoot().getEvents().stream()
                        .map(event -> event.getAttributes().asMap().entrySet().stream()
                                .filter(entry -> !Set.of("signal.number", "syscall.tid")
                                        .contains(entry.getKey().getKey()))
                                .map(entry -> entry.getKey() + "=" + entry.getValue())
                                .sorted()
                                .collect(Collectors.joining(" "))))
                .containsExactly(
                        "signal.code=SEGV_MAPERR signal.fault.address=0xdead000 signal.name=SIGSEGV",
                        "signal.code=SI_USER signal.name=SIGTERM signal.sender.pid=99 signal.sender.uid=1000",
                        "signal.code=SI_QUEUE signal.name=SIGRT_2 signal.sender.pid=99 signal.sender.uid=0"
                                + " signal.value=42",
                        "signal.child.exit_code=3 signal.code=CLD_EXITED signal.name=SIGCHLD signal.sender.pid=77"
                                + " signal.sender.uid=0",
                        "signal.child.signal=SIGKILL signal.code=CLD_KILLED signal.name=SIGCHLD signal.sender.pid=77"
                                + " signal.sender.uid=0",
                        "signal.code=SI_KERNEL signal.name=SIGALRM",
                        "signal.code=SYS_SECCOMP signal.name=SIGSYS signal.syscall=getppid");
    }

    @Test
    void aFaultHasItsPlaceInTheSource() {
        scenario.start(LS, 0);
        SourceLocation place = new SourceLocation(Optional.of("total"), Optional.of("/src/crash.c"), 18);
        scenario.assembler.onEvent(new TraceEvent.SignalDelivered(
                LS, at(1), LS.pid(), SignalInfo.of(11, 1, 0, 0, 0, 0, 0), Optional.of(place)));
        scenario.exit(LS, 500, 0);
        scenario.end();

        Attributes attributes = scenario.onlyRoot().getEvents().getFirst().getAttributes();
        assertThat(attributes.get(SpanAttributes.CODE_FUNCTION_NAME)).isEqualTo("total");
        assertThat(attributes.get(SpanAttributes.CODE_FILE_PATH)).isEqualTo("/src/crash.c");
        assertThat(attributes.get(SpanAttributes.CODE_LINE_NUMBER)).isEqualTo(18);
    }

    private void signal(SignalInfo info) {
        scenario.assembler.onEvent(new TraceEvent.SignalDelivered(LS, at(1), LS.pid(), info));
    }

    @Test
    void aRestIsAnEventOfTheRootAtItsEnd() {
        scenario.start(LS, 0);
        scenario.assembler.onEvent(new TraceEvent.RestBegan(LS, at(3), 9));
        scenario.assembler.onEvent(new TraceEvent.RestEnded(LS, at(2_003), 9, at(3)));
        scenario.exit(LS, 3_000, 0);
        scenario.end();

        assertThat(scenario.onlyRoot().getEvents()).singleElement().satisfies(event -> {
            assertThat(event.getName()).isEqualTo("unwatched");
            assertThat(event.getEpochNanos()).isEqualTo(at(2_003));
            assertThat(event.getAttributes())
                    .isEqualTo(Attributes.of(
                            SpanAttributes.UNWATCHED_DURATION_US, 2_000L,
                            SpanAttributes.SYSCALL_TID, 9L));
        });
    }

    @Test
    void lossIsToldOnTheRoot() {
        scenario.start(LS, 0);
        scenario.assembler.onEvent(new TraceEvent.EventsLost(LS, at(3), 7));
        scenario.assembler.onEvent(new TraceEvent.EventsLost(LS, at(4), 5));
        scenario.exit(LS, 10, 0);
        scenario.end();

        assertThat(attribute(scenario.onlyRoot(), "renacer.events.lost")).contains(12L);
    }

    @Test
    void attributesAnswerAlikeHoweverTheyAreRead() {
        scenario.start(LS, 0);
        scenario.call(LS, OPENAT, 1, 2, -13);

        Attributes attributes = scenario.calls().getFirst().getAttributes();
        assertThat(attributes.get(AttributeKey.stringKey("error.type"))).isEqualTo("EACCES");
        assertThat(attributes.get(AttributeKey.longKey("syscall.errno"))).isEqualTo(13);
        assertThat(attributes.get(AttributeKey.longKey("no.such"))).isNull();
        assertThat(attributes.asMap()).hasSize(attributes.size());
        assertThat(attributes.toBuilder().build().asMap()).isEqualTo(attributes.asMap());
        assertThat(attributes.isEmpty()).isFalse();
    }

    @Test
    void figuresCountWhatWasMade() {
        for (int pid = 1; pid <= 12; pid++) {
            TracedProcess process = process(pid, 0, "p" + pid);
            scenario.start(process, pid);
            scenario.call(process, GETPPID, pid, pid, 1);
            scenario.exit(process, pid, 0);
        }
        scenario.end();

        assertThat(scenario.assembler.processesSeen()).isEqualTo(12);
        assertThat(scenario.assembler.spansMade()).isEqualTo(24).isEqualTo(scenario.spans.size());
        assertThat(scenario.assembler.firstTraceIds()).hasSize(10).doesNotHaveDuplicates();
        assertThat(scenario.assembler.firstTraceIds())
                .isSubsetOf(scenario.roots().stream().map(SpanData::getTraceId).toList());
    }

    @Test
    void aProcessWithoutAKnownExecutableIsCalledByItsName() {
        TracedProcess bare = new TracedProcess(3, 3, 0, "kworker", Optional.empty());
        scenario.start(bare, 0);
        scenario.exit(bare, 1, 0);
        scenario.end();

        assertThat(attribute(scenario.onlyRoot(), "process.command")).contains("kworker");
        assertThat(attribute(scenario.onlyRoot(), "process.executable.path")).isEmpty();
    }
}
