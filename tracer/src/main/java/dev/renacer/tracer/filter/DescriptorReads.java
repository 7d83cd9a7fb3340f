// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.filter;

import dev.renacer.capture.plan.ArgumentRead;
import dev.renacer.capture.plan.ArgumentRead.Links;
import dev.renacer.tracer.syscall.DescriptorCalls;
import dev.renacer.tracer.syscall.DescriptorCalls.Change;
import dev.renacer.tracer.syscall.Syscall;
import java.util.List;

/**
 * What the core reads of the descriptors that a call makes, while it cannot be closed yet, by what descriptors.tsv says of
 * it: only what the call itself does not say. A copy is what the original was.
 */
final class DescriptorReads {
    private DescriptorReads() {}

    /** The reads of a call; they stand behind all others, since messages must have been read. */
    static List<ArgumentRead> of(Syscall call) {
        return DescriptorCalls.change(call.name())
                .map(change -> of(call, change))
                .orElse(List.of());
    }

    private static List<ArgumentRead> of(Syscall call, Change change) {
        int first = change.arguments().isEmpty() ? 0 : change.arguments().getFirst();
        int last = change.arguments().isEmpty() ? 0 : change.arguments().getLast();
        return switch (change.effect()) {
            case OPEN, SOCKET, ACCEPT -> List.of(result());
            case MAKE -> change.kind().equals(DescriptorCalls.UNKNOWN_KIND) ? List.of(result()) : List.of();
            case PIPE, PAIR -> List.of(ArgumentRead.links(last, Links.NUMBERS, 2, false));
            case RECEIVE -> List.of(ArgumentRead.links(first, Links.MESSAGES, 1, call.isNarrow()));
            case FOLDER, FOLDER_OF -> List.of(ArgumentRead.links(0, Links.FOLDER, 1, false));
            default -> List.of();
        };
    }

    private static ArgumentRead result() {
        return ArgumentRead.links(0, Links.RESULT, 1, false);
    }
}
