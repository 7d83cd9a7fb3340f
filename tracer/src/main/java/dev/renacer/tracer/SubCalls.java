// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.DataTable;
import dev.renacer.tracer.syscall.Syscall;
import dev.renacer.tracer.syscall.SyscallTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The calls that programs of i386 make through another one, socketcall(2) or ipc(2): from here on they are what they do, as with
 * strace, so that nobody behind has to know of these two. Of subcalls.tsv. Not thread-safe.
 */
final class SubCalls {
    private static final int ARGUMENTS = 6;
    /** Of socketcall(2): the argument that points to the arguments. */
    private static final int ARRAY = 1;

    private static final int NOWHERE = -1;

    /**
     * One of them.
     *
     * @param call      it
     * @param inMemory  whether its arguments are in the array, not in registers
     * @param places    where each argument is, as an index there
     * @param pointer   the argument that the element 0 of the array's data belongs to; {@link #NOWHERE}: none does
     */
    private record SubCall(Syscall call, boolean inMemory, List<Integer> places, int pointer) {}

    /** By the call they are made through, then by its first argument; made when the first program of i386 needs it. */
    private Optional<Map<String, Map<Integer, SubCall>>> known = Optional.empty();

    /** The call that this one is; itself if it is no such call, or its arguments could not be read. */
    SyscallCall resolved(SyscallCall call) {
        if (call.syscall().abi() != Abi.I386) {
            return call;
        }
        SubCall found = through(call.syscall()).get((int) call.args()[0]);
        if (found == null) {
            return call;
        }
        return (found.inMemory() ? words(call, found.places().size()) : Optional.of(call.args()))
                .map(from -> made(call, found, from))
                .orElse(call);
    }

    private Map<Integer, SubCall> through(Syscall multiplexer) {
        Map<String, Map<Integer, SubCall>> all = known.orElseGet(SubCalls::read);
        known = Optional.of(all);
        return all.getOrDefault(multiplexer.name(), Map.of());
    }

    private static Map<String, Map<Integer, SubCall>> read() {
        Map<String, Map<Integer, SubCall>> all = new HashMap<>();
        for (String[] row : DataTable.rows(SubCalls.class, "subcalls.tsv")) {
            boolean inMemory = row[3].startsWith("w");
            List<Integer> places = new ArrayList<>();
            for (String place : row[3].split(" ", -1)) {
                places.add(Integer.valueOf(inMemory ? place.substring(1) : place));
            }
            SyscallTable table = SyscallTable.instance();
            Syscall multiplexer = table.lookup(Abi.I386, row[0])
                    .orElseThrow(() -> new IllegalStateException("subcalls.tsv has the unknown call " + row[0]));
            all.computeIfAbsent(row[0], _ -> new HashMap<>())
                    .put(
                            Integer.valueOf(row[1]),
                            new SubCall(
                                    table.through(multiplexer, row[2]),
                                    inMemory,
                                    places,
                                    row.length > 4 ? Integer.parseInt(row[4]) : NOWHERE));
        }
        return all;
    }

    private static SyscallCall made(SyscallCall call, SubCall what, long[] from) {
        long[] args = new long[ARGUMENTS];
        for (int argument = 0; argument < what.places().size(); argument++) {
            args[argument] = from[what.places().get(argument)];
        }
        List<CapturedData> data = new ArrayList<>();
        for (CapturedData piece : call.data()) {
            int argument =
                    what.inMemory() ? ofElement(what, piece) : what.places().indexOf(piece.argument());
            if (argument >= 0) {
                data.add(piece.of(argument, what.inMemory() ? Part.DATA : piece.part()));
            }
        }
        return call.as(what.call(), args, data);
    }

    private static int ofElement(SubCall what, CapturedData piece) {
        return piece.part() == Part.ELEMENT && piece.index() == 0 ? what.pointer() : NOWHERE;
    }

    /** The first so many words of the array; empty if they could not be read. */
    private static Optional<long[]> words(SyscallCall call, int count) {
        return call.data(ARRAY)
                .filter(array -> array.readable() && array.bytes().length >= count * Integer.BYTES)
                .map(array -> {
                    ByteBuffer bytes = ByteBuffer.wrap(array.bytes()).order(ByteOrder.LITTLE_ENDIAN);
                    long[] words = new long[count];
                    for (int word = 0; word < count; word++) {
                        words[word] = Integer.toUnsignedLong(bytes.getInt(word * Integer.BYTES));
                    }
                    return words;
                });
    }
}
