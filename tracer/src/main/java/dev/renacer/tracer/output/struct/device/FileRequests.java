// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.device;

import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.output.struct.Names;
import org.jspecify.annotations.Nullable;

/** Requests about files: their attributes, extents and ranges (linux/fs.h, linux/fiemap.h). */
final class FileRequests {
    private static final Names FLAGS = Names.of("field_xflag");
    private static final Names MAPPING = Names.of("field_fiemap");

    private FileRequests() {}

    static void attributes(StringBuilder out, Memory memory) {
        attributes(out, memory, true);
    }

    /** How many extents there are cannot be set. */
    static void newAttributes(StringBuilder out, Memory memory) {
        attributes(out, memory, false);
    }

    private static void attributes(StringBuilder out, Memory memory, boolean extents) {
        FLAGS.write(out.append("{fsx_xflags="), memory, memory.u32(0));
        DeviceStructs.number(out, ", fsx_extsize", memory.u32(4));
        if (extents) {
            DeviceStructs.number(out, ", fsx_nextents", memory.u32(8));
        }
        DeviceStructs.hex(out, ", fsx_projid", memory.u32(12));
        DeviceStructs.number(out, ", fsx_cowextsize", memory.u32(16));
        out.append('}');
    }

    static void range(StringBuilder out, Memory memory) {
        memory.descriptor(out.append("{src_fd="), 0);
        DeviceStructs.number(out, ", src_offset", memory.i64(8));
        DeviceStructs.number(out, ", src_length", memory.i64(16));
        DeviceStructs.number(out, ", dest_offset", memory.i64(24));
        out.append('}');
    }

    static void trim(StringBuilder out, Memory memory) {
        DeviceStructs.hex(out, "{start", memory.i64(0));
        DeviceStructs.number(out, ", len", memory.i64(8));
        DeviceStructs.number(out, ", minlen", memory.i64(16));
        out.append('}');
    }

    /** FS_IOC_FIEMAP; the extents stand behind it and are not read. */
    static void extents(StringBuilder out, Memory before, @Nullable Memory after) {
        DeviceStructs.number(out, "{fm_start", before.i64(0));
        DeviceStructs.number(out, ", fm_length", before.i64(8));
        MAPPING.write(out.append(", fm_flags="), before, before.u32(16));
        DeviceStructs.number(out, ", fm_extent_count", before.u32(24));
        out.append('}');
        if (after != null) {
            MAPPING.write(out.append(" => {fm_flags="), after, after.u32(16));
            DeviceStructs.number(out, ", fm_mapped_extents", after.u32(20));
            out.append(", ...}");
        }
    }
}
