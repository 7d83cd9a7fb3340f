// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import static dev.renacer.tracer.CallFixture.PROCESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the recorder says and counts. */
class TraceRecorderTest {
    private static final long SECOND = 1_000_000_000;

    private final List<String> complaints = new ArrayList<>();

    /** A disk with room for so many bytes. */
    private static final class SmallDisk extends OutputStream {
        final ByteArrayOutputStream file = new ByteArrayOutputStream();
        private final int room;

        SmallDisk(int room) {
            this.room = room;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int fits = Math.min(length, room - file.size());
            file.write(bytes, offset, fits);
            if (fits < length) {
                throw new IOException("No space left on device");
            }
        }
    }

    @Test
    void aFullDiskIsSaidOnceAndWhatIsMissingIsCounted() throws IOException {
        List<SyscallCall> calls = RoundTripTest.many(30_000);
        SmallDisk disk = new SmallDisk(500_000);

        Recordings.record(disk, (_, _) -> Optional.empty(), complaints::add, trace -> calls.forEach(trace::onCall));
        var seen = Recordings.replay(disk.file.toByteArray());

        assertThat(seen.ending.cut().orElse("")).contains("is cut off");
        assertThat(seen.calls()).isNotEmpty();
        assertThat(complaints)
                .containsExactly(
                        "renacer: cannot write to t.rnc: No space left on device; nothing more is recorded there, the"
                                + " program continues",
                        "renacer: " + (calls.size() - seen.calls().size()) + " calls are not recorded in t.rnc");
    }

    @Test
    void theEndCountsWhatIsMissing() throws IOException {
        SyscallCall call = CallFixture.call("getpid").build();
        var seen = Recordings.replay(Recordings.of(trace -> {
            trace.onCall(call);
            trace.onUnaskedCall(call);
            trace.onUnaskedCall(call);
            trace.onEvent(new TraceEvent.EventsLost(PROCESS, 1, 40));
            trace.onEvent(new TraceEvent.RestBegan(PROCESS, 2, 7));
        }));

        assertThat(seen.ending.counts()).contains(new RecordingCounts(1, 2, 2, 40, 1, 0));
    }

    @Test
    void theNameOfAThreadIsRecordedWhenItIsNew() throws IOException {
        String[] name = {"main"};
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CallFixture call = CallFixture.call("getpid").at(SECOND).nanos(0);
        CallFixture rename =
                CallFixture.call("prctl").args(15, 1).at(2 * SECOND - 2).nanos(0);
        Recordings.record(out, (_, _) -> Optional.of(name[0]), complaints::add, trace -> {
            trace.onCall(call.build());
            name[0] = "worker";
            trace.onCall(call.at(2 * SECOND - 3).build()); // the name is still believed
            trace.onCall(rename.build());
            name[0] = "late";
            trace.onCall(call.at(4 * SECOND).build());
            trace.onCall(call.at(6 * SECOND).build());
        });

        assertThat(Recordings.replay(out.toByteArray()).names).containsExactly("7 7 main", "7 7 worker", "7 7 late");
    }

    /** Else what threads are called would be lost with the block that said so. */
    @Test
    void theNameOfAThreadIsRecordedInEachBlock() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Recordings.record(
                out,
                (_, _) -> Optional.of("main"),
                complaints::add,
                trace -> RoundTripTest.many(20_000).forEach(trace::onCall));

        var seen = Recordings.replay(out.toByteArray());

        assertThat(seen.names).hasSizeGreaterThan(3).hasSizeLessThan(100);
        assertThat(seen.names.stream().distinct()).hasSizeLessThan(seen.names.size());
    }

    @Test
    void nothingIsShownThatIsNotAskedFor() throws IOException {
        byte[] file = Recordings.of(trace -> {});

        assertThat(Recordings.replay(file).calls()).isEmpty();
        assertThat(complaints).isEmpty();
    }
}
