// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.recording.block.Frame;
import dev.renacer.tracer.recording.block.RecordingException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Of a file that is not whole everything up to the last whole block is replayed, and it is said what is wrong. */
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

        assertThat(whole.calls.getLast()).usingRecursiveComparison().isEqualTo(CALLS.get(whole.calls.size() - 1));
        assertThat(cut.calls).hasSameSizeAs(whole.calls);
        assertThat(cut.ended).isTrue();
        assertThat(cut.ending.calls()).isEqualTo(whole.calls.size());
        assertThat(cut.ending.damage()).contains("block 2, at byte " + blocks.get(2) + ", is cut off");
        assertThat(whole.ending.damage())
                .contains(
                        "it ends without its end: what recorded it was killed, had no room to write, or still records");
    }

    @Test
    void aFileCutAnywhereIsNeverTakenForWhole() throws IOException {
        int header = HEADER + word(HEADER - 8);
        for (int length = header; length < FILE.length; length += FILE.length / 50) {
            assertThat(Recordings.replay(Arrays.copyOf(FILE, length)).ending.damage())
                    .isPresent();
        }
        for (int length = 0; length < header; length++) {
            byte[] cut = Arrays.copyOf(FILE, length);
            assertThatThrownBy(() -> Recordings.replay(cut)).isInstanceOf(RecordingException.class);
        }
    }

    @Test
    void aChangedByteIsNoticed() throws IOException {
        List<Integer> blocks = blocks();
        byte[] changed = FILE.clone();
        changed[blocks.get(1) + 5000] ^= 1;

        var seen = Recordings.replay(changed);

        assertThat(seen.ending.damage())
                .contains("block 1, at byte " + blocks.get(1) + ", is damaged (its checksum differs)");
        assertThat(seen.calls).isNotEmpty();
    }

    @Test
    void aMissingBlockIsNoticed() throws IOException {
        List<Integer> blocks = blocks();
        byte[] without = new byte[FILE.length - (blocks.get(2) - blocks.get(1))];
        System.arraycopy(FILE, 0, without, 0, blocks.get(1));
        System.arraycopy(FILE, blocks.get(2), without, blocks.get(1), FILE.length - blocks.get(2));

        assertThat(Recordings.replay(without).ending.damage().orElse(""))
                .isEqualTo("block 1, at byte " + blocks.get(1)
                        + ", is block 2 of a recording: what was between is missing");
    }

    @Test
    void whatFollowsTheEndIsNoticed() throws IOException {
        byte[] more = Arrays.copyOf(FILE, FILE.length + 1);

        assertThat(Recordings.replay(more).ending.damage().orElse("")).contains("is cut off");
    }

    @Test
    void aNewerVersionIsRefusedWithTheRemedy() {
        byte[] newer = FILE.clone();
        newer[8] = Frame.VERSION + 1;

        assertThatThrownBy(() -> Recordings.replay(newer))
                .isInstanceOf(RecordingException.class)
                .hasMessage("it has version 3 of the format, and this renacer reads up to version 2; replay it with a"
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
