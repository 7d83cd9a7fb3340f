// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.pprof;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.syscall.ErrnoNames;
import java.util.List;
import java.util.Optional;

/**
 * What calls have in common that are counted together. Immutable.
 *
 * @param process  the name of its program
 * @param errno    0: it did not fail
 * @param places   from where it was made, the innermost first; empty if that is not known
 */
record Sample(String process, int pid, int tid, String syscall, int errno, List<Place> places) {
    /**
     * A place in a program.
     *
     * @param function  its name, or a word for it if it has none
     * @param file      empty if it is not known
     * @param line      0 if it is not known
     */
    record Place(String function, String file, int line) {
        private static final String UNKNOWN = "?";

        static Place of(CallStack.Frame frame) {
            String file = frame.file().orElse("");
            return new Place(
                    frame.function().orElseGet(() -> file.isEmpty() ? UNKNOWN : '[' + name(file) + ']'), file, 0);
        }

        static Place of(SourceLocation source) {
            return new Place(source.function().orElse(UNKNOWN), source.file().orElse(""), source.line());
        }

        private static String name(String path) {
            return path.substring(path.lastIndexOf('/') + 1);
        }
    }

    static Sample of(SyscallCall call) {
        List<Place> places = call.stack()
                .map(stack -> stack.frames().stream().map(Place::of).toList())
                .filter(frames -> !frames.isEmpty())
                .or(() -> call.source().map(source -> List.of(Place.of(source))))
                .orElse(List.of());
        return new Sample(
                call.process().name(),
                call.process().pid(),
                call.tid(),
                call.syscall().name(),
                call.errno(),
                places);
    }

    /** The same without what there may be very many of. */
    Sample coarse() {
        return new Sample(process, 0, 0, syscall, errno, List.of());
    }

    Optional<String> errnoName() {
        return errno == 0 ? Optional.empty() : Optional.of(ErrnoNames.of(errno).name());
    }
}
