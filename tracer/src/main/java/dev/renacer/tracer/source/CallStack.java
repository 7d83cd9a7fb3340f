// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The stack of a call or of a fault: the innermost frame first. Names come from the files of the program, which is what
 * they say about themselves; control characters of functions are replaced. Immutable.
 *
 * @param frames  as far as they are known
 * @param end     why there are no more
 */
public record CallStack(List<Frame> frames, End end) {
    /**
     * A frame.
     *
     * @param file            the file that its code is in, as the process sees it; empty if it is in none that is known
     * @param address         where the code continues: in that file, or in memory without one
     * @param function        its name as the symbol table has it; empty if it has none there
     * @param functionOffset  of the address from the function's beginning
     */
    public record Frame(Optional<String> file, long address, Optional<String> function, long functionOffset) {
        /** Whether its code is in the C library or a similar one, which every call goes through. */
        public boolean isLibrary() {
            return file.filter(SystemModules::contains).isPresent();
        }

        /** Whether its code is in what runs programs of another language, such as an interpreter. */
        public boolean isRuntime() {
            return file.filter(SystemModules::isRuntime).isPresent();
        }
    }

    /** Why there are no more frames. */
    public enum End {
        /** The last is the outermost one. */
        OUTERMOST(""),
        /** The stack goes on, but no more of it was copied. */
        CUT("the stack goes on; no more of it was copied"),
        /** There are more than are followed. */
        TOO_MANY("too many stack frames"),
        /** The caller of the last one cannot be found. */
        LOST("the caller cannot be found"),
        /** Where the program's code is was not told. */
        UNKNOWN_CODE("no stack: where the code of this process lies is not known"),
        /** What reads the files of the program failed. */
        FAILED("no stack: reading the files of this program failed"),
        /** The call was in progress when the trace began. */
        IN_PROGRESS("no stack: the call was in progress when the trace began"),
        /** Stacks of 32-bit programs are not copied. */
        NARROW("no stack: those of 32-bit programs are not followed");

        private final String text;

        End(String text) {
            this.text = text;
        }

        /** What a person should read of it; empty if nothing is missing. */
        public String text() {
            return text;
        }
    }

    public CallStack {
        frames = List.copyOf(frames);
    }

    /** One of which no frame is known. */
    static CallStack without(End why) {
        return new CallStack(List.of(), why);
    }

    /** That of a fault: its innermost frame was taken one behind the address of the instruction. */
    public CallStack atFault() {
        if (frames.isEmpty()) {
            return this;
        }
        List<Frame> all = new ArrayList<>(frames);
        Frame first = frames.getFirst();
        long offset = first.function().isPresent() ? first.functionOffset() - 1 : 0;
        all.set(0, new Frame(first.file(), first.address() - 1, first.function(), offset));
        return new CallStack(all, end);
    }
}
