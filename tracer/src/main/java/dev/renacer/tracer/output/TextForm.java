// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import dev.renacer.tracer.output.notation.NumberNames;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.syscall.Syscall;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * How the arguments of calls are written, where that depends on the call. Immutable.
 *
 * @param detail       how much is written of what arguments point to
 * @param raw          calls whose arguments are written as numbers
 * @param abbreviated  calls of which no more is written than {@code detail} says; all of the others
 * @param read         descriptors of which all that is read is dumped, if any are
 * @param written      descriptors of which all that is written is dumped, likewise
 */
public record TextForm(
        TextDetail detail,
        Predicate<Syscall> raw,
        Predicate<Syscall> abbreviated,
        Optional<IntPredicate> read,
        Optional<IntPredicate> written) {
    /** The same for all calls. */
    public static TextForm of(TextDetail detail) {
        return new TextForm(detail, _ -> false, _ -> true, Optional.empty(), Optional.empty());
    }

    /** The same with what descriptors are. */
    TextForm naming(NumberNames names) {
        return new TextForm(detail.naming(names), raw, abbreviated, read, written);
    }

    /** Whether anything is dumped. */
    boolean dumps() {
        return read.isPresent() || written.isPresent();
    }

    /** How much is written of what the arguments of this call point to. */
    TextDetail detail(Syscall syscall) {
        return detail.verbose() || abbreviated.test(syscall)
                ? detail
                : new TextDetail(detail.limit(), true, detail.hex(), detail.names());
    }
}
