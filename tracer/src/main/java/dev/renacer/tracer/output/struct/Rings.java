// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct;

import java.util.Map;

/** The rings of io_uring_setup(2), as the kernel fills them in. */
public final class Rings {
    private static final int CALLER_GIVES_SIZE = 8;
    private static final int ATTACHED = 0x20;
    private static final Names SETUP = Names.of("field_io_uring_setup");
    private static final Names FEATURES = Names.of("field_io_uring_feature");
    private static final String[] SUBMISSION = {"head", "tail", "ring_mask", "ring_entries", "flags", "dropped", "array"
    };
    private static final String[] COMPLETION = {"head", "tail", "ring_mask", "ring_entries", "overflow", "cqes", "flags"
    };

    private Rings() {}

    static void register(Map<String, StructWriter> writers) {
        writers.put("io_uring_params", Rings::filledIn);
    }

    /** What a call that failed was given. */
    static void given(StringBuilder out, Memory memory) {
        head(out, memory, (memory.i32(8) & CALLER_GIVES_SIZE) != 0);
        out.append('}');
    }

    private static void filledIn(StringBuilder out, Memory memory) {
        head(out, memory, false);
        out.append(", sq_entries=")
                .append(memory.u32(0))
                .append(", cq_entries=")
                .append(memory.u32(4));
        FEATURES.write(out.append(", features="), memory, memory.u32(20));
        offsets(out.append(", sq_off={"), memory.from(40), SUBMISSION);
        offsets(out.append(", cq_off={"), memory.from(80), COMPLETION);
        out.append('}');
    }

    private static void head(StringBuilder out, Memory memory, boolean entries) {
        SETUP.write(out.append("{flags="), memory, memory.u32(8));
        if (entries) {
            out.append(", cq_entries=").append(memory.u32(4));
        }
        out.append(", sq_thread_cpu=").append(memory.u32(12));
        out.append(", sq_thread_idle=").append(memory.u32(16));
        if ((memory.i32(8) & ATTACHED) != 0) {
            memory.descriptor(out.append(", wq_fd="), 24);
        }
    }

    private static void offsets(StringBuilder out, Memory memory, String[] names) {
        for (int index = 0; index < names.length; index++) {
            out.append(index == 0 ? "" : ", ").append(names[index]).append('=').append(memory.u32(4 * index));
        }
        out.append('}');
    }
}
