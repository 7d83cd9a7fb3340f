// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.output.struct.Names;
import dev.renacer.tracer.syscall.DataTable;
import dev.renacer.tracer.syscall.Digits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A result that is more than a number, of results.tsv.
 *
 * @param argument  the argument that decides it; -1: none does
 * @param value     its value
 * @param notation  what is written
 * @param word      what stands in front of the names; empty: nothing
 * @param names     that it has; empty if it has none
 */
record NamedResult(int argument, int value, Notation notation, String word, Optional<Names> names) {
    /** What is written of a result. */
    enum Notation {
        HEX,
        HEX_UNLESS_0,
        DECIMAL,
        ENTRY_NUMBER,
        SHORT_ERROR;

        private static Notation of(String word) {
            return switch (word) {
                case "hex" -> HEX;
                case "hex-unless-0" -> HEX_UNLESS_0;
                case "decimal" -> DECIMAL;
                case "entry-number" -> ENTRY_NUMBER;
                case "short-error" -> SHORT_ERROR;
                default -> throw new IllegalStateException("results.tsv has the unknown word " + word);
            };
        }
    }

    private static final String NONE = "-";
    private static final Map<String, List<NamedResult>> BY_CALL = new HashMap<>();

    static {
        for (String[] row : DataTable.rows(NamedResult.class, "results.tsv")) {
            BY_CALL.computeIfAbsent(row[0], _ -> new ArrayList<>())
                    .add(new NamedResult(
                            row[1].equals(NONE) ? -1 : Integer.parseInt(row[1]),
                            row[2].equals(NONE) ? 0 : Integer.parseInt(row[2]),
                            Notation.of(row[3]),
                            row[4].equals(NONE) ? "" : row[4],
                            row[5].equals(NONE) ? Optional.empty() : Optional.of(Names.of(row[5]))));
        }
    }

    /** That of a call which has returned; empty if its result is a plain number, or has what others have, too. */
    static Optional<NamedResult> of(SyscallCall call) {
        List<NamedResult> results = BY_CALL.get(call.syscall().name());
        if (results == null) {
            return Optional.empty();
        }
        for (NamedResult result : results) {
            if (result.argument < 0 || (int) call.args()[result.argument] == result.value) {
                return Optional.of(result);
            }
        }
        return Optional.empty();
    }

    /** Writes the result and its names; false if it is to be written as any other. */
    boolean write(StringBuilder out, SyscallCall call) {
        if (names.isEmpty() || (notation == Notation.HEX_UNLESS_0 && call.result() == 0)) {
            return false;
        }
        if (notation == Notation.DECIMAL || call.result() == 0) {
            out.append(call.result());
        } else {
            Digits.hex(out, call.result());
        }
        out.append(" (").append(word).append(word.isEmpty() ? "" : " ");
        names.get().write(out, call.syscall().abi(), call.result()).append(')');
        return true;
    }
}
