// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.TraceEvent.Origin;
import dev.renacer.tracer.descriptor.LookupJournal.Kind;
import dev.renacer.tracer.recording.block.RecordingException;
import dev.renacer.tracer.source.CallStack.End;
import dev.renacer.tracer.syscall.Abi;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The numbers that constants have in a file, whatever their order in the program. A new one goes to the end. Immutable. */
final class Numbered<E extends Enum<E>> {
    static final Numbered<Abi> ABIS = new Numbered<>("ABI", Abi.class, List.of(Abi.X86_64, Abi.I386, Abi.AARCH64));
    static final Numbered<Part> PARTS = new Numbered<>(
            "part of an argument",
            Part.class,
            List.of(Part.DATA, Part.ELEMENT, Part.NAME, Part.CONTROL, Part.VECTOR, Part.COUNT, Part.LINK));
    static final Numbered<Origin> ORIGINS = new Numbered<>(
            "origin of a process", Origin.class, List.of(Origin.ATTACHED, Origin.LAUNCHED, Origin.FORKED));
    static final Numbered<Kind> QUESTIONS =
            new Numbered<>("question", Kind.class, List.of(Kind.NUMBER, Kind.REST, Kind.FOLDER));
    static final Numbered<End> STACK_ENDS = new Numbered<>(
            "end of a stack",
            End.class,
            List.of(
                    End.OUTERMOST,
                    End.CUT,
                    End.TOO_MANY,
                    End.LOST,
                    End.UNKNOWN_CODE,
                    End.FAILED,
                    End.IN_PROGRESS,
                    End.NARROW));

    private final String what;
    private final List<E> constants;
    private final Map<E, Integer> numbers;

    private Numbered(String what, Class<E> type, List<E> constants) {
        this.what = what;
        this.constants = constants;
        this.numbers = new EnumMap<>(type);
        for (int number = 0; number < constants.size(); number++) {
            numbers.put(constants.get(number), number);
        }
    }

    /**
     * The number of a constant.
     *
     * @throws IllegalStateException if it has none: this class is behind the program
     */
    int of(E constant) {
        Integer number = numbers.get(constant);
        if (number == null) {
            throw new IllegalStateException(constant + " has no number in the file");
        }
        return number;
    }

    /** All constants. */
    List<E> constants() {
        return constants;
    }

    /** The constant with this number. */
    E get(int number) throws RecordingException {
        if (number < 0 || number >= constants.size()) {
            throw new RecordingException("there is no " + what + " with the number " + number);
        }
        return constants.get(number);
    }
}
