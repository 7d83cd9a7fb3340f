// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.device;

import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.output.struct.Names;
import org.jspecify.annotations.Nullable;

/** Requests of userfaultfd(2) (linux/userfaultfd.h). */
final class PageFaults {
    private static final Names FEATURES = Names.of("field_uffd_features");
    private static final Names REQUESTS = Names.of("field_uffd_requests");
    private static final Names RANGE_REQUESTS = Names.of("field_uffd_range_requests");
    private static final Names REGISTER = Names.of("field_uffd_register");
    private static final Names ZERO = Names.of("field_uffd_zeropage");
    private static final Names COPY = Names.of("field_uffd_copy");

    private PageFaults() {}

    static void range(StringBuilder out, Memory memory) {
        DeviceStructs.hex(out, "{start", memory.i64(0));
        DeviceStructs.hex(out, ", len", memory.i64(8));
        out.append('}');
    }

    static void api(StringBuilder out, Memory before, @Nullable Memory after) {
        DeviceStructs.hex(out, "{api", before.i64(0));
        FEATURES.write(out.append(", features="), before, before.i64(8));
        if (after != null) {
            if (after.i64(8) != before.i64(8)) {
                FEATURES.write(out.append(" => features="), after, after.i64(8));
            }
            REQUESTS.write(out.append(", ioctls="), after, after.i64(16));
        }
        out.append('}');
    }

    static void register(StringBuilder out, Memory before, @Nullable Memory after) {
        range(out.append("{range="), before);
        REGISTER.write(out.append(", mode="), before, before.i64(16));
        if (after != null) {
            RANGE_REQUESTS.write(out.append(", ioctls="), after, after.i64(24));
        }
        out.append('}');
    }

    static void zero(StringBuilder out, Memory before, @Nullable Memory after) {
        range(out.append("{range="), before);
        ZERO.write(out.append(", mode="), before, before.i64(16));
        if (after != null) {
            DeviceStructs.hex(out, ", zeropage", after.i64(24));
        }
        out.append('}');
    }

    static void copy(StringBuilder out, Memory before, @Nullable Memory after) {
        DeviceStructs.hex(out, "{dst", before.i64(0));
        DeviceStructs.hex(out, ", src", before.i64(8));
        DeviceStructs.hex(out, ", len", before.i64(16));
        COPY.write(out.append(", mode="), before, before.i64(24));
        if (after != null) {
            DeviceStructs.hex(out, ", copy", after.i64(32));
        }
        out.append('}');
    }
}
