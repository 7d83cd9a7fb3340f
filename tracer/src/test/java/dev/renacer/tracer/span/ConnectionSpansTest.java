// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import static dev.renacer.tracer.span.Scenario.at;
import static dev.renacer.tracer.span.Scenario.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.SyscallTable;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the span of a connect tells whose connection was made or refused after it had returned. */
class ConnectionSpansTest {
    private static final int EINPROGRESS = 115;
    private static final int EALREADY = 114;
    private static final int EISCONN = 106;
    private static final int EINTR = 4;
    private static final int ERESTARTSYS = 512;
    private static final int EAGAIN = 11;
    private static final int EFAULT = 14;
    private static final int ECONNREFUSED = 111;
    private static final int ETIMEDOUT = 110;
    private static final int FD = 5;
    private static final TracedProcess CURL = Scenario.process(40, 0, "curl");

    private Scenario told = new Scenario(SpanOptions.defaults());

    @Test
    void aRefusedConnectionHasTheErrnoAndTheEndThatSoErrorTold() {
        begin();
        tell(soError(ECONNREFUSED, 900, 905));

        SpanData connect = connect();
        assertThat(connect.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(connect.getStatus().getDescription()).isEqualTo("ECONNREFUSED");
        assertThat(connect.getStartEpochNanos()).isEqualTo(at(10));
        assertThat(connect.getEndEpochNanos()).isEqualTo(at(905));
        assertThat(attribute(connect, "error.type")).contains("ECONNREFUSED");
        assertThat(attribute(connect, "syscall.errno")).contains(111L);
        assertThat(attribute(connect, "syscall.result")).contains(-115L);
        assertThat(attribute(connect, "syscall.duration_us")).contains(20L);
        assertThat(attribute(connect, "syscall.connect.outcome")).contains("failed");
        assertThat(attribute(connect, "syscall.connect.told_by")).contains("getsockopt");
        assertThat(connect.getTotalAttributeCount())
                .isEqualTo(connect.getAttributes().size())
                .isEqualTo(connect.getAttributes().asMap().size());
    }

    @Test
    void aConnectionThatWasMadeHasNoError() {
        begin();
        tell(soError(0, 900, 905));

        SpanData connect = connect();
        assertThat(connect.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(connect.getEndEpochNanos()).isEqualTo(at(905));
        assertThat(attribute(connect, "error.type")).isEmpty();
        assertThat(attribute(connect, "syscall.errno")).isEmpty();
        assertThat(attribute(connect, "syscall.connect.outcome")).contains("connected");
        assertThat(connect.getTotalAttributeCount())
                .isEqualTo(connect.getAttributes().asMap().size());
    }

    @Test
    void nothingIsToldBeforeTheConnectionHasEnded() {
        begin();
        tell(call("epoll_wait", 40, 50, 0, 3));
        tell(call("getsockopt", 60, 61, 0, FD, 1, 3)); // SO_TYPE
        tell(soErrorOf(FD + 1, ECONNREFUSED, 70, 71));
        tell(soErrorUnread(80, 81));
        tell(call("write", 90, 91, -EAGAIN, FD));
        tell(call("write", 92, 93, -EFAULT, FD));
        tell(call("connect", 94, 95, -EALREADY, FD));

        assertThat(told.calls())
                .filteredOn(span -> attribute(span, "syscall.connect.outcome").isPresent())
                .isEmpty();
        assertThat(told.calls()).filteredOn(this::isConnect).hasSize(1); // the one that was made again
    }

    @ParameterizedTest
    @CsvSource({
        "read, 0",
        "recvfrom, 0",
        "recvmsg, 0",
        "write, 0",
        "sendto, 0",
        "sendmsg, 0",
        "writev, 0",
        "splice, 2",
        "sendfile, 0"
    })
    void theFirstCallOnTheDescriptorTells(String name, int argument) {
        long[] args = new long[6];
        args[argument] = FD;
        begin();
        tell(call(name, 100, 120, -ETIMEDOUT, args));
        assertThat(attribute(connect(), "error.type")).contains("ETIMEDOUT");
        assertThat(attribute(connect(), "syscall.connect.told_by")).contains(name);
        assertThat(connect().getEndEpochNanos()).isEqualTo(at(120));

        told = new Scenario(SpanOptions.defaults());
        begin();
        tell(call(name, 100, 120, 7, args));
        assertThat(attribute(connect(), "syscall.connect.outcome")).contains("connected");
    }

    @Test
    void aConnectMadeAgainTells() {
        begin();
        tell(call("connect", 100, 120, -EISCONN, FD));
        assertThat(outcomes()).containsExactly("connected");
        told = new Scenario(SpanOptions.defaults());
        begin();
        tell(call("connect", 100, 120, 0, FD));
        assertThat(outcomes()).containsExactly("connected");
        told = new Scenario(SpanOptions.defaults());
        begin();
        tell(call("connect", 100, 120, -ECONNREFUSED, FD));
        assertThat(outcomes()).containsExactly("failed");
        assertThat(told.calls())
                .filteredOn(this::isConnect)
                .allMatch(span -> attribute(span, "error.type").equals(Optional.of("ECONNREFUSED")));
    }

    @ParameterizedTest
    @ValueSource(ints = {EINTR, ERESTARTSYS, EALREADY})
    void oneThatWasInterruptedIsUnderWayAsWell(int errno) {
        tell(call("connect", 10, 30, -errno, FD));
        tell(soError(ECONNREFUSED, 40, 41));
        assertThat(attribute(connect(), "error.type")).contains("ECONNREFUSED");
    }

    @Test
    void aDescriptorThatIsClosedBeforeSaysSoAndHowLongThatTook() {
        begin();
        tell(call("close", 2_000, 2_010, 0, FD));
        SpanData connect = connect();
        assertThat(attribute(connect, "syscall.connect.outcome")).contains("closed");
        assertThat(attribute(connect, "syscall.connect.told_by")).contains("close");
        assertThat(attribute(connect, "error.type")).contains("EINPROGRESS");
        assertThat(connect.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(connect.getEndEpochNanos()).isEqualTo(at(2_000));
        tell(soError(ECONNREFUSED, 2_020, 2_021)); // of another socket
        assertThat(outcomes()).containsExactly("closed");
    }

    @Test
    void aDescriptorMayBeClosedInOtherWays() {
        begin();
        tell(call("dup2", 50, 51, FD, FD, FD)); // nothing happens
        tell(call("dup2", 52, 53, -9, 99, FD));
        assertThat(outcomes()).isEmpty();
        tell(call("dup2", 54, 55, FD, 8, FD));
        begin();
        tell(call("dup3", 56, 57, FD, 8, FD));
        begin();
        tell(call("close_range", 58, 59, 0, FD, 0xffff_ffffL, 4)); // CLOSE_RANGE_CLOEXEC
        tell(call("close_range", 58, 59, 0, FD + 1, 0xffff_ffffL, 0));
        assertThat(outcomes()).hasSize(2);
        tell(call("close_range", 60, 61, 0, 3, 0xffff_ffffL, 0));
        begin();
        told.exit(CURL, 500, 0);
        assertThat(outcomes()).containsExactly("closed", "closed", "closed", "closed");
        assertThat(told.calls().getLast().getEndEpochNanos()).isEqualTo(at(500));
    }

    @Test
    void whereNobodyCanTellTheSpanSaysThat() {
        begin();
        tell(call("connect", 100, 110, -EINPROGRESS, FD)); // its close was not seen
        told.assembler.onEvent(new TraceEvent.EventsLost(CURL, at(120), 3));
        begin();
        told.exec(CURL, 130);
        begin();
        told.idle(30 + PendingConnections.LONGEST.toNanos() / 1_000 - 1);
        assertThat(outcomes()).hasSize(3);
        told.idle(30 + PendingConnections.LONGEST.toNanos() / 1_000);
        begin();
        told.detach(CURL, 140);
        begin();
        told.end();
        assertThat(outcomes()).hasSize(6).containsOnly("unknown");
        assertThat(told.calls()).allSatisfy(span -> {
            assertThat(attribute(span, "error.type")).contains("EINPROGRESS");
            assertThat(attribute(span, "syscall.connect.told_by")).isEmpty();
            assertThat(span.getEndEpochNanos()).isIn(at(30), at(110));
        });
    }

    @Test
    void aDescriptorIsThatOfItsProcess() {
        TracedProcess other = Scenario.process(41, 40, "curl");
        begin();
        told.start(other, 35);
        tell(call(other, "close", 40, 41, 0, FD));
        tell(call(other, "write", 42, 43, -ECONNREFUSED, FD));
        told.exit(other, 50, 0);
        assertThat(outcomes()).isEmpty();
    }

    @Test
    void asManyAsThereMayBeAreHeldAndTheOldestIsLetGo() {
        told.start(CURL, 0);
        for (int fd = 0; fd < PendingConnections.MOST; fd++) {
            tell(call("connect", 10, 30, -EINPROGRESS, fd));
        }
        assertThat(told.calls()).isEmpty();
        tell(call("connect", 10, 30, -EINPROGRESS, PendingConnections.MOST));
        assertThat(outcomes()).containsExactly("unknown");
        tell(soErrorOf(0, ECONNREFUSED, 40, 41));
        assertThat(outcomes()).containsExactly("unknown");
        tell(soErrorOf(1, ECONNREFUSED, 40, 41));
        assertThat(outcomes()).containsExactly("unknown", "failed");
    }

    @Test
    void onlyErrorsAndTheBudgetSeeHowItEnded() {
        told = new Scenario(SpanOptions.defaults().withOnlyErrors(true));
        begin();
        tell(soError(0, 900, 905));
        begin();
        tell(call("close", 910, 911, 0, FD));
        assertThat(told.calls()).isEmpty();
        begin();
        tell(soError(ECONNREFUSED, 920, 925));
        assertThat(outcomes()).containsExactly("failed");

        told = new Scenario(SpanOptions.defaults().withMinDuration(Duration.ofMillis(1)));
        begin();
        tell(soError(0, 900, 905));
        assertThat(told.calls()).isEmpty();
        begin();
        tell(soError(0, 1_900, 1_905));
        assertThat(outcomes()).containsExactly("connected");
    }

    @Test
    void callsNobodyAskedForTellAndAreNoSpans() {
        begin();
        told.assembler.onUnaskedCall(soError(ECONNREFUSED, 900, 905));
        assertThat(told.calls())
                .singleElement()
                .satisfies(span -> assertThat(span.getName()).isEqualTo("syscall: connect"));
        assertThat(outcomes()).containsExactly("failed");
    }

    @Test
    void aConnectThatWaitedIsToldAsBefore() {
        tell(call("connect", 10, 30, -ECONNREFUSED, FD));
        tell(call("connect", 40, 50, 0, FD));
        assertThat(told.calls()).hasSize(2);
        assertThat(outcomes()).isEmpty();
    }

    private void begin() {
        tell(call("connect", 10, 30, -EINPROGRESS, FD));
    }

    private void tell(SyscallCall call) {
        told.tell(call);
    }

    private SpanData connect() {
        return told.calls().stream().filter(this::isConnect).findFirst().orElseThrow();
    }

    private boolean isConnect(SpanData span) {
        return span.getName().equals("syscall: connect");
    }

    private List<Object> outcomes() {
        return told.calls().stream()
                .flatMap(span -> attribute(span, "syscall.connect.outcome").stream())
                .toList();
    }

    private static SyscallCall soError(int errno, long fromMicros, long toMicros) {
        return soErrorOf(FD, errno, fromMicros, toMicros);
    }

    private static SyscallCall soErrorOf(int fd, int errno, long fromMicros, long toMicros) {
        byte[] value = {(byte) errno, 0, 0, 0};
        return made(
                CURL,
                "getsockopt",
                fromMicros,
                toMicros,
                0,
                List.of(new CapturedData(3, Part.DATA, 0, true, value, false, 0)),
                fd,
                1,
                4);
    }

    private static SyscallCall soErrorUnread(long fromMicros, long toMicros) {
        List<CapturedData> unreadable = List.of(new CapturedData(3, Part.DATA, 0, true, new byte[0], false, 14));
        return made(CURL, "getsockopt", fromMicros, toMicros, 0, unreadable, FD, 1, 4);
    }

    private static SyscallCall call(String name, long fromMicros, long toMicros, long result, long... args) {
        return call(CURL, name, fromMicros, toMicros, result, args);
    }

    private static SyscallCall call(
            TracedProcess process, String name, long fromMicros, long toMicros, long result, long... args) {
        return made(process, name, fromMicros, toMicros, result, List.of(), args);
    }

    private static SyscallCall made(
            TracedProcess process,
            String name,
            long fromMicros,
            long toMicros,
            long result,
            List<CapturedData> pieces,
            long... args) {
        return new SyscallCall(
                process,
                process.pid(),
                SyscallTable.instance().lookup(Abi.X86_64, name).orElseThrow(),
                at(fromMicros),
                at(toMicros),
                result < 0 ? Outcome.FAILED : Outcome.RETURNED,
                result,
                Arrays.copyOf(args, 6),
                pieces,
                false,
                Optional.empty());
    }
}
