// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.perfetto;

import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.descriptor.Descriptor;
import dev.renacer.tracer.descriptor.address.SocketAddress;
import dev.renacer.tracer.descriptor.address.SocketProtocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SocketFlowsTest {
    private static final long START = 1_700_000_000_000_000_000L;
    private static final SocketAddress CLIENT = new SocketAddress.Inet("127.0.0.1", 40_000);
    private static final SocketAddress SERVER = new SocketAddress.Inet("127.0.0.1", 80);
    private static final long MSG_PEEK = 2;

    private final Map<Long, Descriptor> sockets = new HashMap<>(Map.of(
            3L,
            socket(Optional.of(CLIENT), Optional.of(SERVER)),
            4L,
            socket(Optional.of(SERVER), Optional.of(CLIENT)),
            5L,
            socket(Optional.empty(), Optional.of(SERVER)),
            6L,
            new Descriptor.Socket(SocketProtocol.UNKNOWN, 10, Optional.empty(), Optional.empty(), 11),
            7L,
            new Descriptor.Socket(SocketProtocol.UNKNOWN, 11, Optional.empty(), Optional.empty(), 10),
            8L,
            new Descriptor.Pipe(9)));
    private long flows;
    /** The flow that each receive has ended; 0: none. */
    private final List<Long> ended = new ArrayList<>();

    private final SocketFlows socketFlows = new SocketFlows(
            call -> Optional.ofNullable(sockets.get(call.args()[0])),
            () -> ++flows,
            (_, flow) -> ended.add(flow.orElse(0)));

    @Test
    void aReceiveIsTiedToTheSendOfTheOtherEnd() {
        assertThat(socketFlows.begun(send(3, 5, 0))).containsExactly(1L);
        assertThat(socketFlows.hold(receive(4, 5, 10))).isTrue();

        assertThat(settled()).containsExactly(1L);
    }

    @Test
    void itMayBeReportedBeforeTheSend() {
        socketFlows.hold(receive(4, 5, 10));
        socketFlows.begun(send(3, 5, 0));

        assertThat(settled()).containsExactly(1L);
    }

    @Test
    void unixSocketsAreKnownByTheirNumbers() {
        socketFlows.begun(send(6, 5, 0));
        socketFlows.hold(receive(7, 5, 10));

        assertThat(settled()).containsExactly(1L);
    }

    @Test
    void bothDirectionsAreKeptApart() {
        socketFlows.begun(send(4, 5, 0));
        socketFlows.hold(receive(4, 5, 10));
        socketFlows.hold(receive(3, 5, 20));

        assertThat(settled()).containsExactly(0L, 1L);
    }

    @Test
    void bytesSayWhichSendItWas() {
        socketFlows.begun(send(3, 4, 0));
        socketFlows.begun(send(3, 4, 1));
        socketFlows.begun(send(3, 4, 2));
        socketFlows.hold(receive(4, 2, 10));
        socketFlows.hold(receive(4, 2, 11));
        socketFlows.hold(receive(4, 8, 12));

        assertThat(settled()).containsExactly(1L, 0L, 2L);
    }

    @Test
    void aSendThatBeganLaterIsNotTheOne() {
        socketFlows.begun(send(3, 5, 100_000));
        socketFlows.hold(receive(4, 5, 10));

        assertThat(settled()).containsExactly(0L);
    }

    @Test
    void whoseEndsAreNotKnownIsTiedToNothing() {
        assertThat(socketFlows.begun(send(5, 5, 0))).isEmpty();
        assertThat(socketFlows.begun(send(8, 5, 0))).isEmpty();
        assertThat(socketFlows.hold(receive(5, 5, 10))).isFalse();
    }

    @Test
    void aLookAtWhatWillBeReceivedReceivesNothing() {
        socketFlows.begun(send(3, 5, 0));
        SyscallCall peek = call("recvfrom").args(4, 0, 5, MSG_PEEK).returns(5).build();

        assertThat(socketFlows.hold(peek)).isFalse();
    }

    private List<Long> settled() {
        socketFlows.settle(Long.MAX_VALUE);
        return ended;
    }

    private static Descriptor.Socket socket(Optional<SocketAddress> local, Optional<SocketAddress> peer) {
        return new Descriptor.Socket(SocketProtocol.UNKNOWN, 0, local, peer);
    }

    private static SyscallCall send(int descriptor, int bytes, long micros) {
        return moved(call("sendto"), descriptor, bytes, micros);
    }

    private static SyscallCall receive(int descriptor, int bytes, long micros) {
        return moved(call("recvfrom"), descriptor, bytes, micros);
    }

    private static SyscallCall moved(CallFixture call, int descriptor, int bytes, long micros) {
        return call.args(descriptor, 0, bytes, 0)
                .at(START + 1000 * micros)
                .nanos(500)
                .returns(bytes)
                .build();
    }
}
