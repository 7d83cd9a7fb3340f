// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import static dev.renacer.tracer.CallFixture.PROCESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.SignalInfo;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceEvent.Origin;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.descriptor.Descriptor;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.Inheritance;
import dev.renacer.tracer.descriptor.LookupJournal;
import dev.renacer.tracer.descriptor.LookupJournal.Answered;
import dev.renacer.tracer.descriptor.LookupJournal.Asked;
import dev.renacer.tracer.descriptor.LookupJournal.Kind;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.descriptor.address.SocketAddress;
import dev.renacer.tracer.descriptor.address.SocketProtocol;
import dev.renacer.tracer.descriptor.path.RealPaths.Real;
import dev.renacer.tracer.recording.block.BlockOutput;
import dev.renacer.tracer.recording.block.BlockReader;
import dev.renacer.tracer.recording.block.BlockWriter;
import dev.renacer.tracer.recording.block.Frame;
import dev.renacer.tracer.recording.block.RecordingException;
import dev.renacer.tracer.redact.Redactor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a file holds, the worst that it does is to be refused. */
class HostileFilesTest {
    private static final byte[] BODY = body();
    private static final byte[] FILE =
            Recordings.of(trace -> RoundTripTest.many(300).forEach(trace::onCall));

    /** A block with a record of each kind. */
    private static byte[] body() {
        BlockOutput out = new BlockOutput();
        WrittenNames names = new WrittenNames(out);
        CallWriter calls = new CallWriter(out, names);
        Descriptor socket = new Descriptor.Socket(
                SocketProtocol.netlink(3),
                9,
                Optional.of(new SocketAddress.Inet("10.0.0.1", 80)),
                Optional.of(new SocketAddress.Unix("/run/x", true)),
                4);
        LookupCode.write(out, Inheritance.of(Map.of(0, socket), Optional.of(new Descriptor.File("/tmp", false))));
        out.one(Tag.BEGIN);
        out.signed(Recordings.EPOCH_OFFSET);
        out.number(0);
        out.number(0);
        EventCode.write(out, names, calls, new TraceEvent.ProcessStarted(PROCESS, 1, Origin.LAUNCHED));
        LookupCode.write(out, new Asked(0, Kind.NUMBER, 5, true, false, true));
        LookupCode.write(out, Optional.of(new Real("/etc/passwd", "char 1:3")));
        RoundTripTest.calls().forEach(call -> calls.write(call, true));
        LookupCode.write(out, new Answered(0, 5, Map.of(5, new Descriptor.Memory("name"), 6, socket)));
        RoundTripTest.events().forEach(event -> EventCode.write(out, names, calls, event));
        RoundTripTest.times().forEach(time -> TimeCode.write(out, names, calls, time));
        for (int code = -6; code < 6; code++) {
            SignalInfo info = SignalInfo.of(11, code, 0, 1, 2, 3, 4);
            EventCode.write(out, names, calls, new TraceEvent.SignalDelivered(PROCESS, 1, 7, info));
        }
        RoundTripTest.calls().forEach(call -> calls.write(call, false));
        return bytes(out);
    }

    private static byte[] bytes(BlockOutput out) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            BlockWriter writer = new BlockWriter(file);
            writer.header(new BlockOutput());
            writer.block(Frame.Kind.EVENTS, out);
            BlockReader reader = new BlockReader(new ByteArrayInputStream(file.toByteArray()));
            reader.header();
            var body = reader.next().orElseThrow().body();
            return body.raw(out.size());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Asks for everything that outputs ask for. */
    private static final class Asking implements Recordings.Curious, TraceListener {
        private final Descriptors descriptors = Descriptors.replayed(Redactor.known());
        private final NameWriter writer = NameWriter.of(descriptors, NameWriter.Style.ALL);

        @Override
        public TraceListener listener() {
            return this;
        }

        @Override
        public LookupJournal lookups() {
            return descriptors.replay();
        }

        @Override
        public void named(int pid, int tid, String name) {
            assertThat(name).isNotNull();
        }

        @Override
        public void onBegin(long epochOffsetNanos) {
            descriptors.onBegin(epochOffsetNanos);
        }

        @Override
        public void onCall(SyscallCall call) {
            descriptors.onCall(call);
            StringBuilder line = new StringBuilder();
            for (int argument = 0; argument < call.args().length; argument++) {
                writer.argument(line, call, argument);
            }
            writer.result(line, call);
            writer.inData(line, 5);
        }

        @Override
        public void onUnaskedCall(SyscallCall call) {
            descriptors.onUnaskedCall(call);
        }

        @Override
        public void onEvent(TraceEvent event) {
            descriptors.onEvent(event);
        }
    }

    private static Ending replay(byte[] file) throws IOException {
        return RecordedTrace.open(new ByteArrayInputStream(file)).replay(new Asking(), () -> false);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aChangedFileIsRefusedOrReplayed(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            byte[] file = mutated(FILE, random);
            try {
                assertThat(replay(file)).isNotNull();
            } catch (IOException e) {
                assertThat(e).isInstanceOf(RecordingException.class).message().doesNotContain("\n");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aChangedBlockWithARightChecksumIsRefusedOrReplayed(long seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            Ending ending = replay(framed(mutated(BODY, random)));
            assertThat(ending.isWhole()).isFalse(); // at the latest, it has no end
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aBlockOfAnythingIsRefused(long seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            byte[] body = new byte[1 + random.nextInt(200)];
            random.nextBytes(body);
            byte[] begun = Arrays.copyOf(BODY, 200 + body.length);
            System.arraycopy(body, 0, begun, 200, body.length);
            assertThat(replay(framed(begun)).isWhole()).isFalse();
        }
    }

    /** Numbers that claim much more than there is. */
    static Stream<byte[]> boasts() {
        return Stream.of(
                new byte[] {Tag.CALL}, new byte[] {Tag.BEGIN, 0, 0, 0, Tag.CALL | Tag.HAS_DATA, 0, 0, 2, 2, 2});
    }

    @ParameterizedTest
    @MethodSource("boasts")
    void aNumberThatClaimsMuchCostsNothing(byte[] beginning) throws IOException {
        byte[] body = Arrays.copyOf(beginning, beginning.length + 4_000);
        Arrays.fill(body, beginning.length, body.length, (byte) 0x7f);

        assertThat(replay(framed(body)).isWhole()).isFalse();
    }

    private static byte[] framed(byte[] body) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        BlockWriter writer = new BlockWriter(file);
        BlockOutput header = new BlockOutput();
        Recordings.FACTS.write(header);
        writer.header(header);
        BlockOutput block = new BlockOutput();
        block.raw(body);
        writer.block(Frame.Kind.EVENTS, block);
        return file.toByteArray();
    }

    private static byte[] mutated(byte[] from, Random random) {
        byte[] bytes = from.clone();
        List<Integer> interesting = List.of(0, 1, 0x7f, 0x80, 0xff);
        for (int change = 1 + random.nextInt(4); change > 0; change--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes[at] = (byte) (int) interesting.get(random.nextInt(interesting.size()));
                case 3 -> {
                    int length = Math.min(random.nextInt(12), bytes.length - at);
                    System.arraycopy(bytes, random.nextInt(bytes.length - length + 1), bytes, at, length);
                }
                default -> bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
            }
        }
        return bytes;
    }
}
