// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import java.util.Optional;

/**
 * How a replay ended.
 *
 * @param calls   how many calls were replayed that were asked for when they were recorded
 * @param counts  what the end of the recording says; empty if it has none
 * @param lost    what is missing between the calls; empty: nothing
 * @param cut     why the rest of the file was not replayed; empty: all of it was
 */
public record Ending(long calls, Optional<RecordingCounts> counts, Optional<Lost> lost, Optional<String> cut) {
    /**
     * What is missing because blocks are damaged.
     *
     * @param first   where, and why
     * @param places  how many there are
     * @param bytes   of the file that were passed over
     * @param blocks  how many
     * @param calls   that were asked for
     * @param others  events, and calls that nobody asked for
     */
    public record Lost(String first, int places, long bytes, long blocks, long calls, long others) {
        /** In one sentence without its full stop. */
        @Override
        public String toString() {
            return first + (places == 1 ? "" : ", and " + number(places - 1, "other place") + " too") + "; lost "
                    + (blocks == 1 ? "is " : "are ") + number(blocks, "block") + " (" + number(bytes, "byte")
                    + " of the file) with " + number(calls, "call") + " and " + number(others, "event");
        }
    }

    /** Whether everything was replayed that was recorded. */
    public boolean isWhole() {
        return lost.isEmpty() && cut.isEmpty();
    }

    /**
     * What is wrong with the file, in a line for people; empty: nothing.
     *
     * @param done  what became of the calls: "replayed"
     */
    public Optional<String> damage(String done) {
        String shown = "; " + done + (calls == 1 ? " is the " : " are the ");
        if (lost.isPresent()) {
            return Optional.of(
                    lost.get() + cut.map(why -> "; then " + why).orElse("") + shown + number(calls, "other call"));
        }
        return cut.map(why -> why + shown + number(calls, "call") + " before that");
    }

    private static String number(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
