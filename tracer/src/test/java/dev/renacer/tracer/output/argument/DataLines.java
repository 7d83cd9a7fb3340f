// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.ArgumentFormatter;
import dev.renacer.tracer.output.notation.TextDetail;

/** Arguments as lines have them, for the tests of what they point to. */
final class DataLines {
    /** What the arguments are that point to something. */
    static final long ADDRESS = 0x1000;

    private DataLines() {}

    /** The arguments alone, as much of them as asked for. */
    static String text(SyscallCall call, TextDetail detail) {
        StringBuilder out = new StringBuilder();
        ArgumentFormatter.arguments(out, call, NameWriter.NONE, detail);
        return out.toString();
    }

    /** One that was read at entry, whole. */
    static CapturedData piece(int argument, Part part, int index, byte[] bytes) {
        return new CapturedData(argument, part, index, false, bytes, false, 0);
    }

    /** The arguments and the result. */
    static String text(CallFixture fixture) {
        StringBuilder out = new StringBuilder();
        ArgumentFormatter.arguments(out, fixture.build());
        ArgumentFormatter.result(out.append(" = "), fixture.build());
        return out.toString();
    }
}
