// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.recording.block.Frame;
import dev.renacer.tracer.recording.block.RecordingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Of a file that is not whole every whole block is replayed, and it is said what is wrong and how much is lost. */
class DamagedFilesTest {
    private static final int HEADER = 20;
    private static final int BLOCK_HEADER = 24;
    private static final List<SyscallCall> CALLS = RoundTripTest.many(20_000);
    private static final byte[] FILE = Recordings.of(trace -> CALLS.forEach(trace::onCall));

    /** Where the blocks begin, and the end of the file. */
    private static List<Integer> blocks() {
        List<Integer> all = new ArrayList<>();
        int at = HEADER + word(HEADER - 8);
        while (at < FILE.length) {
            all.add(at);
            at += BLOCK_HEADER + word(at + 12);
        }
        all.add(at);
        return all;
    }

    private static int word(int at) {
        return (FILE[at] & 0xff) | (FILE[at + 1] & 0xff) << 8 | (FILE[at + 2] & 0xff) << 16 | FILE[at + 3] << 24;
    }

    @Test
    void aFileThatIsCutOffHasItsWholeBlocks() throws IOException {
        List<Integer> blocks = blocks();
        assertThat(blocks).hasSizeGreaterThan(4).last().isEqualTo(FILE.length);
        int cutInThird = blocks.get(2) + 1000;

        var whole = Recordings.replay(Arrays.copyOf(FILE, blocks.get(2)));
        var cut = Recordings.replay(Arrays.copyOf(FILE, cutInThird));

        assertThat(whole.calls().getLast())
                .usingRecursiveComparison()
                .isEqualTo(CALLS.get(whole.calls().size() - 1));
        assertThat(cut.calls()).hasSameSizeAs(whole.calls());
        assertThat(cut.trace.hasEnded()).isTrue();
        assertThat(cut.ending.calls()).isEqualTo(whole.calls().size());
        assertThat(cut.ending.cut()).contains("block 2, at byte " + blocks.get(2) + ", is cut off");
        assertThat(whole.ending.cut())
                .contains(
                        "it ends without its end: what recorded it was killed, had no room to write, or still records");
    }

    @Test
    void aFileCutAnywhereIsNeverTakenForWhole() throws IOException {
        int header = HEADER + word(HEADER - 8);
        for (int length = header; length < FILE.length; length += FILE.length / 50) {
            assertThat(Recordings.replay(Arrays.copyOf(FILE, length)).ending.cut())
                    .isPresent();
        }
        for (int length = 0; length < header; length++) {
            byte[] cut = Arrays.copyOf(FILE, length);
            assertThatThrownBy(() -> Recordings.replay(cut)).isInstanceOf(RecordingException.class);
        }
    }

    /** How many calls a block has: what the blocks behind it lack without it. */
    private static int calls(List<Integer> blocks, int block) throws IOException {
        int before = Recordings.replay(Arrays.copyOf(FILE, blocks.get(block)))
                .calls()
                .size();
        return Recordings.replay(Arrays.copyOf(FILE, blocks.get(block + 1)))
                        .calls()
                        .size()
                - before;
    }

    /** What tells a call from the others; to compare all fields of so many takes minutes. */
    private static String marks(SyscallCall call) {
        return call.tid() + " " + call.startNanos() + " " + call.syscall().name() + " " + Arrays.toString(call.args());
    }

    private static void assertLost(Recordings.Seen seen, int from, int calls) {
        assertThat(seen.trace.wasCut()).isTrue();
        assertThat(seen.calls()).hasSize(CALLS.size() - calls);
        List<SyscallCall> left = new ArrayList<>(CALLS.subList(0, from));
        left.addAll(CALLS.subList(from + calls, CALLS.size()));
        assertThat(seen.calls().stream().map(DamagedFilesTest::marks).toList())
                .isEqualTo(left.stream().map(DamagedFilesTest::marks).toList());
        assertThat(seen.events()).singleElement().satisfies(event -> {
            assertThat(event)
                    .isInstanceOfSatisfying(
                            TraceEvent.EventsLost.class,
                            lost -> assertThat(lost.count()).isEqualTo(calls));
        });
        assertThat(seen.ending.calls()).isEqualTo(CALLS.size() - calls);
        assertThat(seen.ending.counts().orElseThrow().calls()).isEqualTo(CALLS.size());
        assertThat(seen.ending.isWhole()).isFalse();
    }

    @Test
    void aDamagedBlockCostsNoOther() throws IOException {
        List<Integer> blocks = blocks();
        byte[] changed = FILE.clone();
        changed[blocks.get(1) + 5000] ^= 1;
        int lost = calls(blocks, 1);

        var seen = Recordings.replay(changed);

        assertLost(seen, calls(blocks, 0), lost);
        assertThat(seen.ending.damage("replayed"))
                .contains("block 1, at byte " + blocks.get(1) + ", is damaged (its checksum differs); lost is 1 block ("
                        + (blocks.get(2) - blocks.get(1)) + " bytes of the file) with " + lost
                        + " calls and 0 events; replayed are the " + (CALLS.size() - lost) + " other calls");
    }

    @Test
    void aFirstBlockThatIsDamagedCostsNoOther() throws IOException {
        List<Integer> blocks = blocks();
        byte[] changed = FILE.clone();
        changed[blocks.get(0) + 100] ^= 1;

        var seen = Recordings.replay(changed);

        assertLost(seen, 0, calls(blocks, 0));
        assertThat(seen.trace.epochOffsetNanos()).isEqualTo(Recordings.EPOCH_OFFSET);
    }

    @Test
    void theLastBlockOfCallsMayBeDamagedToo() throws IOException {
        List<Integer> blocks = blocks();
        byte[] changed = FILE.clone();
        int last = blocks.size() - 3; // behind it are the end, and the end of that
        changed[blocks.get(last) + 100] ^= 1;
        int lost = calls(blocks, last);

        assertLost(Recordings.replay(changed), CALLS.size() - lost, lost);
    }

    /** The length in the head is not to be believed then, nor is where the next block begins. */
    @Test
    void aHeadThatIsDamagedCostsNoOtherBlock() throws IOException {
        List<Integer> blocks = blocks();
        for (int field : List.of(0, 4, 8, 12, 13, 16, 20)) {
            byte[] changed = FILE.clone();
            changed[blocks.get(1) + field] ^= 1;

            assertLost(Recordings.replay(changed), calls(blocks, 0), calls(blocks, 1));
        }
    }

    @Test
    void severalPlacesAreCountedTogether() throws IOException {
        List<Integer> blocks = blocks();
        byte[] changed = FILE.clone();
        changed[blocks.get(1) + 100] ^= 1;
        changed[blocks.get(3) + 100] ^= 1;

        var seen = Recordings.replay(changed);

        Ending.Lost lost = seen.ending.lost().orElseThrow();
        assertThat(lost.places()).isEqualTo(2);
        assertThat(lost.calls()).isEqualTo(calls(blocks, 1) + calls(blocks, 3));
        assertThat(seen.events()).hasSize(2);
        assertThat(lost).asString().contains(", and 1 other place too; lost are 2 blocks (");
    }

    @Test
    void whatStandsBetweenBlocksIsPassedOver() throws IOException {
        int at = blocks().get(2);
        byte[] more = new byte[FILE.length + 7];
        System.arraycopy(FILE, 0, more, 0, at);
        System.arraycopy(FILE, at, more, at + 7, FILE.length - at);

        var seen = Recordings.replay(more);

        assertThat(seen.calls()).hasSameSizeAs(CALLS);
        assertThat(seen.events()).isEmpty();
        assertThat(seen.ending.lost().orElseThrow().bytes()).isEqualTo(7);
    }

    /** A trace of a program that copies recordings has some in its buffers. */
    @Test
    void aBlockOfAnotherRecordingIsNotTakenForOne() throws IOException {
        byte[] other = Recordings.of(
                Recordings.facts("other"), trace -> CALLS.subList(0, 3).forEach(trace::onCall));
        List<Integer> blocks = blocks();
        byte[] changed = FILE.clone();
        System.arraycopy(other, 0, changed, blocks.get(1) + 100, other.length);

        assertLost(Recordings.replay(changed), calls(blocks, 0), calls(blocks, 1));
    }

    @Test
    void aMissingBlockIsNoticed() throws IOException {
        List<Integer> blocks = blocks();
        byte[] without = new byte[FILE.length - (blocks.get(2) - blocks.get(1))];
        System.arraycopy(FILE, 0, without, 0, blocks.get(1));
        System.arraycopy(FILE, blocks.get(2), without, blocks.get(1), FILE.length - blocks.get(2));

        var seen = Recordings.replay(without);

        assertLost(seen, calls(blocks, 0), calls(blocks, 1));
        assertThat(seen.ending.damage("replayed").orElseThrow())
                .startsWith("block 1, at byte " + blocks.get(1)
                        + ", is block 2 of a recording: what was between is missing; lost is 1 block (0 bytes of the"
                        + " file)");
    }

    @Test
    void aBlockThatComesTwiceIsReplayedOnce() throws IOException {
        List<Integer> blocks = blocks();
        int length = blocks.get(2) - blocks.get(1);
        byte[] twice = new byte[FILE.length + length];
        System.arraycopy(FILE, 0, twice, 0, blocks.get(2));
        System.arraycopy(FILE, blocks.get(1), twice, blocks.get(2), FILE.length - blocks.get(1));

        var seen = Recordings.replay(twice);

        assertThat(seen.calls()).hasSameSizeAs(CALLS);
        assertThat(seen.ending.lost().orElseThrow().bytes()).isEqualTo(length);
    }

    /** To look for a block in what only looks like many takes no longer than to read the file a few times. */
    @Test
    void headsWithoutBlocksAreNotTriedForever() throws IOException {
        int header = HEADER + word(HEADER - 8);
        byte[] heads = Arrays.copyOf(FILE, 30_000_000);
        ByteBuffer fields = ByteBuffer.wrap(heads).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = header; at + BLOCK_HEADER < heads.length; at += BLOCK_HEADER) {
            fields.position(at);
            fields.put("RBLK".getBytes(UTF_8)).put((byte) 1).put((byte) 0).putShort((short) 0);
            fields.putInt(20_000_000).putInt(20_000_000).putInt(0).putInt(0);
        }

        assertThat(Recordings.replay(heads).ending.cut())
                .contains("block 0, at byte " + header + ", is damaged (its checksum differs)");
    }

    @Test
    void aFileOfTheFirstVersionIsReplayed() throws IOException {
        byte[] first;
        try (InputStream in = DamagedFilesTest.class.getResourceAsStream("version-1.rnc")) {
            first = Objects.requireNonNull(in).readAllBytes();
        }

        var seen = Recordings.replay(first);

        assertThat(seen.ending.isWhole()).isTrue();
        assertThat(seen.calls()).hasSizeGreaterThan(50);
        assertThat(seen.calls().getFirst().syscall().name()).isEqualTo("execve");
    }

    @Test
    void whatFollowsTheEndIsNoticed() throws IOException {
        byte[] more = Arrays.copyOf(FILE, FILE.length + 1);

        assertThat(Recordings.replay(more).ending.cut().orElse("")).contains("is cut off");
    }

    @Test
    void aNewerVersionIsRefusedWithTheRemedy() {
        byte[] newer = FILE.clone();
        newer[8] = Frame.VERSION + 1;

        assertThatThrownBy(() -> Recordings.replay(newer))
                .isInstanceOf(RecordingException.class)
                .hasMessage("it has version 5 of the format, and this renacer reads up to version 4; replay it with a"
                        + " renacer as new as the one that recorded it");
    }

    @Test
    void otherFilesAreRefused() {
        assertThatThrownBy(() -> Recordings.replay("#!/bin/sh\necho hello to all\n".getBytes(UTF_8)))
                .isInstanceOf(RecordingException.class)
                .hasMessage("it is no recording of renacer record");
        assertThatThrownBy(() -> Recordings.replay(new byte[0])).hasMessage("it is empty");
    }
}
