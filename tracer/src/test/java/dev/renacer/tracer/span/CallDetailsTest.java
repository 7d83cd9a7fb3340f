// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TracedProcess;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What spans say of their calls' arguments, in attributes. */
class CallDetailsTest {
    private static final TracedProcess DEMO = Scenario.process(7, 0, "demo");
    private static final int AT_FDCWD = -100;
    private static final int EINPROGRESS = 115;
    private static final int FUTEX_WAIT_PRIVATE = 128;
    private static final int FUTEX_WAKE_PRIVATE = 129;
    private static final byte[] PEER = HexFormat.of().parseHex("02001538" + "0a000009" + "0000000000000000");

    private long micros;
    private Scenario scenario = new Scenario(SpanOptions.defaults().withArguments(ArgumentDetail.FULL));

    @Test
    void aFileIsNamedWhereItIsOpenedAndWhereItIsUsed() {
        assertThat(detail(open("/etc/passwd", 3)))
                .containsEntry("syscall.args", "AT_FDCWD, \"/etc/passwd\", O_RDONLY")
                .containsEntry("file.path", "/etc/passwd")
                .containsEntry("syscall.fd", 3L)
                .containsEntry("syscall.fd.path", "/etc/passwd");
        assertThat(detail(CallFixture.call("read").args(3, 0x1000, 10)))
                .containsEntry("syscall.fd", 3L)
                .containsEntry("syscall.fd.path", "/etc/passwd")
                .doesNotContainKeys("file.path", "syscall.fd.type");
        assertThat(detail(CallFixture.call("read").args(9, 0x1000, 10)))
                .containsEntry("syscall.fd", 9L)
                .doesNotContainKeys("syscall.fd.path", "syscall.fd.type");
    }

    @Test
    void whatHasNoPathHasAType() {
        assertThat(detail(CallFixture.call("epoll_create1").returns(4)))
                .containsEntry("syscall.fd", 4L)
                .containsEntry("syscall.fd.type", "eventpoll")
                .doesNotContainKey("syscall.fd.path");
    }

    @Test
    void aConnectionHasItsPeer() {
        detail(CallFixture.call("socket").args(2, 1, 0).returns(3));
        Map<String, Object> peer = Map.of(
                "syscall.fd", 3L,
                "syscall.fd.type", "socket",
                "network.transport", "tcp",
                "network.type", "ipv4",
                "network.peer.address", "10.0.0.9",
                "network.peer.port", 5432L);

        assertThat(detail(connect())).containsAllEntriesOf(peer);
        assertThat(detail(CallFixture.call("write").args(3, 0x1000, 1))).containsAllEntriesOf(peer);
    }

    @Test
    void aConnectThatIsHeldKeepsTheNamesItHad() {
        detail(CallFixture.call("socket").args(2, 1, 0).returns(3));
        tell(connect().fails(EINPROGRESS));
        assertThat(latest("connect")).isEmpty();
        tell(CallFixture.call("close").args(3));

        assertThat(latest("connect"))
                .containsEntry("network.peer.address", "10.0.0.9")
                .containsEntry("network.transport", "tcp")
                .containsEntry("syscall.connect.outcome", "closed");
    }

    @Test
    void anAcceptIsAboutTheConnectionItReturns() {
        detail(CallFixture.call("socket").args(10, 1, 0).returns(3));
        byte[] peer = HexFormat.of().parseHex("0a001538" + "00000000" + "00".repeat(15) + "01" + "00000000");

        assertThat(detail(CallFixture.call("accept4")
                        .args(3, 0x1000, 0x2000, 0)
                        .written(1, peer, false)
                        .returns(4)))
                .containsEntry("syscall.fd", 3L)
                .containsEntry("network.peer.address", "::1")
                .containsEntry("network.peer.port", 5432L)
                .containsEntry("network.type", "ipv6");
    }

    @Test
    void aDatagramHasTheAddressItIsSentTo() {
        assertThat(detail(CallFixture.call("sendto")
                        .args(3, 0x1000, 1, 0, 0x2000, 16)
                        .data(4, false, PEER)))
                .containsEntry("network.peer.address", "10.0.0.9")
                .containsEntry("network.type", "ipv4")
                .doesNotContainKey("network.transport");
    }

    @Test
    void aPollIsAboutTheDescriptorThatWasReadyOtherwiseAboutTheFirst() {
        detail(CallFixture.call("socket").args(2, 2, 0).returns(3));
        detail(connect());
        byte[] waits = HexFormat.of().parseHex("ffffffff01000000" + "0300000001000000" + "0400000001000000");
        byte[] ready = HexFormat.of().parseHex("ffffffff01000000" + "0300000001000000" + "0400000001000100");

        assertThat(detail(CallFixture.call("poll")
                        .args(0x1000, 3, 5_000)
                        .bytes(0, waits, false)
                        .written(0, waits, false)
                        .returns(0)))
                .containsEntry("syscall.fd", 3L)
                .containsEntry("syscall.fd.type", "socket")
                .containsEntry("network.transport", "udp")
                .containsEntry("network.peer.address", "10.0.0.9")
                .containsEntry("network.peer.port", 5432L)
                .containsEntry("syscall.result", 0L);
        assertThat(detail(CallFixture.call("poll")
                        .args(0x1000, 3, 5_000)
                        .bytes(0, waits, false)
                        .written(0, ready, false)
                        .returns(1)))
                .containsEntry("syscall.fd", 4L)
                .doesNotContainKeys("syscall.fd.type", "network.peer.address");
    }

    @Test
    void withoutBuffersPlainTransfersHaveNoArguments() {
        scenario = new Scenario(SpanOptions.defaults().withArguments(ArgumentDetail.NAMES));

        assertThat(detail(open("/etc/passwd", 3))).containsKey("syscall.args");
        assertThat(detail(CallFixture.call("read").args(3, 0x1000, 10)))
                .containsEntry("syscall.fd.path", "/etc/passwd")
                .doesNotContainKey("syscall.args");
    }

    @Test
    void aThreadHasItsName() {
        scenario.threadNames.put(8, "worker");

        assertThat(detail(CallFixture.call("getppid").thread(8))).containsEntry("thread.name", "worker");
        assertThat(detail(CallFixture.call("getppid").thread(9))).doesNotContainKey("thread.name");
    }

    @Test
    void aWaitForAMutexHasTheThreadThatEndedIt() {
        scenario.threadNames.put(8, "waiter");
        scenario.threadNames.put(9, "holder");
        scenario.tell(futex(8, FUTEX_WAIT_PRIVATE, 1, 200_000, 0));
        assertThat(scenario.spans).isEmpty();
        scenario.tell(futex(9, FUTEX_WAKE_PRIVATE, 199_990, 200_020, 1));
        scenario.exit(DEMO, 300_000, 0);

        assertThat(scenario.spans.stream()
                        .map(CallDetailsTest::attributes)
                        .filter(span -> "waiter".equals(span.get("thread.name"))))
                .singleElement()
                .satisfies(span -> assertThat(span)
                        .containsEntry("syscall.waker.tid", 9L)
                        .containsEntry("syscall.waker.thread.name", "holder"));
    }

    @Test
    void aWaitForTheLockOfAFileHasItsHolder() {
        scenario.start(Scenario.process(9, 7, "holder"), 1);
        scenario.start(DEMO, 1);
        scenario.locks.look(
                List.of(
                        "1: FLOCK  ADVISORY  WRITE 9 08:01:787 0 EOF",
                        "1: -> FLOCK  ADVISORY  WRITE 7 08:01:787 0 EOF"),
                Scenario.at(50),
                Scenario.at(51));
        scenario.tell(CallFixture.call("flock")
                .args(3, 2)
                .process(DEMO)
                .times(Scenario.at(10), Scenario.at(90))
                .build());

        assertThat(latest("flock"))
                .containsEntry("syscall.lock.holder.pid", 9L)
                .containsEntry("syscall.lock.holder.name", "holder");
    }

    private static SyscallCall futex(int tid, long operation, long fromMicros, long toMicros, long result) {
        return CallFixture.call("futex")
                .args(0x5000, operation, 2)
                .process(DEMO)
                .thread(tid)
                .times(Scenario.at(fromMicros), Scenario.at(toMicros))
                .returns(result)
                .build();
    }

    @Test
    void anExecNamesItsProgram() {
        CapturedData zeroth =
                new CapturedData(1, Part.ELEMENT, 0, false, "mydemo".getBytes(StandardCharsets.UTF_8), false, 0);

        assertThat(detail(CallFixture.call("execve")
                        .args(0x1000, 0x2000, 0x3000)
                        .string(0, "/usr/bin/demo")
                        .data(zeroth)))
                .containsEntry("file.path", "/usr/bin/demo")
                .containsEntry("process.executable.path", "/usr/bin/demo")
                .containsEntry("process.command", "mydemo");
        scenario.exit(DEMO, 1_000, 0);
        scenario.end();
        assertThat(attributes(scenario.spans.getLast())).containsEntry("process.command_args", List.of("mydemo"));
    }

    @Test
    void aCallAboutAProcessHasItsNumberAndItsSignal() {
        assertThat(detail(CallFixture.call("clone").returns(81))).containsEntry("syscall.pid", 81L);
        assertThat(detail(CallFixture.call("wait4").args(-1).returns(81))).containsEntry("syscall.pid", 81L);
        assertThat(detail(CallFixture.call("wait4").args(-1).returns(0))).doesNotContainKey("syscall.pid");
        assertThat(detail(CallFixture.call("kill").args(82, 15)))
                .containsEntry("syscall.pid", 82L)
                .containsEntry("signal.name", "SIGTERM");
        detail(CallFixture.call("pidfd_open").args(83).returns(5));
        assertThat(detail(CallFixture.call("pidfd_send_signal").args(5, 9)))
                .containsEntry("syscall.pid", 83L)
                .containsEntry("signal.name", "SIGKILL")
                .containsEntry("syscall.fd.type", "pidfd");
    }

    @Test
    void withoutDetailNothingIsSaid() {
        scenario = new Scenario(SpanOptions.defaults());

        assertThat(detail(open("/etc/passwd", 3)))
                .containsOnlyKeys(
                        "syscall.name",
                        "syscall.number",
                        "syscall.tid",
                        "syscall.duration_us",
                        "syscall.parent.source",
                        "syscall.result");
    }

    @Test
    void asManyAttributesAreCountedAsThereAre() {
        detail(CallFixture.call("socket").args(2, 1, 0).returns(3));
        detail(connect());

        assertThat(scenario.spans).allSatisfy(span -> {
            assertThat(span.getTotalAttributeCount())
                    .isEqualTo(span.getAttributes().asMap().size());
            assertThat(span.getAttributes().size())
                    .isEqualTo(span.getAttributes().asMap().size());
        });
    }

    private static CallFixture open(String path, int result) {
        return CallFixture.call("openat")
                .args(AT_FDCWD, 0x1000, 0)
                .string(1, path)
                .returns(result);
    }

    private static CallFixture connect() {
        return CallFixture.call("connect").args(3, 0x1000, 16).data(1, false, PEER);
    }

    private void tell(CallFixture call) {
        micros += 20;
        scenario.tell(call.process(DEMO)
                .times(Scenario.at(micros), Scenario.at(micros + 10))
                .build());
    }

    /** The attributes of the span of this call. */
    private Map<String, Object> detail(CallFixture call) {
        scenario.spans.clear();
        tell(call);
        return attributes(scenario.spans.getLast());
    }

    private Map<String, Object> latest(String name) {
        return scenario.spans.stream()
                .filter(span -> span.getName().equals("syscall: " + name))
                .findFirst()
                .map(CallDetailsTest::attributes)
                .orElse(Map.of());
    }

    private static Map<String, Object> attributes(SpanData span) {
        return span.getAttributes().asMap().entrySet().stream()
                .collect(Collectors.toMap(
                        entry -> ((AttributeKey<?>) entry.getKey()).getKey(),
                        Map.Entry::getValue,
                        (first, second) -> first,
                        TreeMap::new));
    }
}
