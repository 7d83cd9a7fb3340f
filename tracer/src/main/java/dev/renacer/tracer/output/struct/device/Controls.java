// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.device;

import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.output.struct.Names;
import dev.renacer.tracer.syscall.SignalNames;

/** What operations of prctl(2), fcntl(2) and Landlock take. */
final class Controls {
    private static final Names ACCESS = Names.of("field_landlock");
    private static final Names OWNER = Names.of("field_owner");
    private static final int RULESET = 8;

    private Controls() {}

    /** A struct of as many bytes as the program gives: it may be newer than what is known of it. */
    static void ruleset(StringBuilder out, Memory memory) {
        ACCESS.write(out.append("{handled_access_fs="), memory, memory.i64(0));
        out.append(memory.length() > RULESET ? ", ...}" : "}");
    }

    static void pathBeneath(StringBuilder out, Memory memory) {
        ACCESS.write(out.append("{allowed_access="), memory, memory.i64(0));
        memory.descriptor(out.append(", parent_fd="), 8);
        out.append('}');
    }

    static void owner(StringBuilder out, Memory memory) {
        OWNER.write(out.append("{type="), memory, memory.u32(0));
        out.append(", pid=").append(memory.i32(4)).append('}');
    }

    static void deathSignal(StringBuilder out, Memory memory) {
        int signal = memory.i32(0);
        out.append('[').append(signal == 0 ? "0" : SignalNames.of(signal)).append(']');
    }

    static void threadName(StringBuilder out, Memory memory) {
        memory.quotedName(out);
    }
}
