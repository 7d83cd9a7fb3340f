// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct;

import dev.renacer.tracer.output.notation.FileModes;
import dev.renacer.tracer.output.notation.Notations;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.Digits;
import java.util.Map;

/** Facts about files and file systems, as short as strace writes them unless it is asked for all. */
final class Files {
    private static final Names MASK = Names.of("statx");
    private static final Names ATTRIBUTES = Names.of("field_statx");
    private static final Names TYPES = Names.of("field_fs");
    private static final Names MOUNT = Names.of("field_statfs");
    private static final Names OPEN = Names.of("open");
    private static final Names RESOLVE = Names.of("field_resolve");
    private static final Names ATTRIBUTE = Names.of("field_mount_attr");
    private static final Names PROPAGATION = Names.of("field_propagation");
    private static final long CREATES = 0_100 | 0_20_000_000;
    private static final Names LOCK = Names.of("field_lock");
    private static final Names SEEK = Names.of("seek");
    private static final int LOCK_OLD = 16;
    private static final int LOCK_WIDE = 32;
    private static final int STAT_NARROW = 64;
    private static final String[] COUNTS = {", f_blocks=", ", f_bfree=", ", f_bavail=", ", f_files=", ", f_ffree="};

    private Files() {}

    static void register(Map<String, StructWriter> writers) {
        writers.put("stat", Files::stat);
        writers.put("stat64", (out, memory) -> stat(out, memory, 16, memory.i64(32), memory.i64(44)));
        writers.put("statx", Files::statx);
        writers.put("statfs", Files::statfs);
        writers.put("statfs64", Files::statfs64);
        writers.put("open_how", Files::openHow);
        writers.put("mount_attr", Files::mountAttributes);
        writers.put("flock", Files::lock);
        writers.put("flock64", Files::lock);
        writers.put("cachestat_range", (out, memory) -> numbers(out, memory, "off", "len"));
        writers.put(
                "cachestat",
                (out, memory) -> numbers(
                        out, memory, "nr_cache", "nr_dirty", "nr_writeback", "nr_evicted", "nr_recently_evicted"));
    }

    /** The holder is only there if the call told it. */
    private static void lock(StringBuilder out, Memory memory) {
        LOCK.write(out.append("{l_type="), memory, (short) memory.u16(0));
        SEEK.write(out.append(", l_whence="), memory, (short) memory.u16(2));
        boolean old = memory.length() == LOCK_OLD;
        int first = memory.length() == LOCK_WIDE ? 8 : 4;
        int second = first + (old ? 4 : 8);
        out.append(", l_start=").append(old ? memory.i32(first) : memory.i64(first));
        out.append(", l_len=").append(old ? memory.i32(second) : memory.i64(second));
        int holder = memory.i32(second + (old ? 4 : 8));
        if (holder != 0) {
            out.append(", l_pid=").append(holder);
        }
        out.append('}');
    }

    private static void stat(StringBuilder out, Memory memory) {
        if (memory.length() == STAT_NARROW) {
            stat(out, memory, 8, memory.u32(16), memory.u32(20));
        } else if (memory.abi() == Abi.AARCH64) {
            stat(out, memory, 16, memory.i64(32), memory.i64(48));
        } else {
            stat(out, memory, 24, memory.i64(40), memory.i64(48));
        }
    }

    private static void stat(StringBuilder out, Memory memory, int modeAt, long device, long size) {
        int mode = memory.u16(modeAt);
        FileModes.write(out.append("{st_mode="), mode);
        if (FileModes.isDevice(mode)) {
            Notations.device(out.append(", st_rdev="), device);
        } else {
            out.append(", st_size=").append(size);
        }
        out.append(", ...}");
    }

    private static void statx(StringBuilder out, Memory memory) {
        MASK.write(out.append("{stx_mask="), memory, memory.u32(0));
        ATTRIBUTES.write(out.append(", stx_attributes="), memory, memory.i64(8));
        FileModes.write(out.append(", stx_mode="), memory.u16(28));
        Digits.unsigned(out.append(", stx_size="), memory.i64(40));
        out.append(", ...}");
    }

    private static void statfs(StringBuilder out, Memory memory) {
        int word = memory.length() == STAT_NARROW ? Integer.BYTES : Long.BYTES;
        Memory words = memory.withWords(word == Integer.BYTES);
        head(out, words, words.word(0), words.word(word));
        for (int index = 0; index < COUNTS.length; index++) {
            Digits.unsigned(out.append(COUNTS[index]), words.word((2 + index) * word));
        }
        int id = 7 * word;
        tail(out, words, id, words.word(id + 8), words.word(id + 8 + word), words.word(id + 8 + 2 * word));
    }

    private static void statfs64(StringBuilder out, Memory memory) {
        head(out, memory, memory.u32(0), memory.u32(4));
        for (int index = 0; index < COUNTS.length; index++) {
            Digits.unsigned(out.append(COUNTS[index]), memory.i64(8 + 8 * index));
        }
        tail(out, memory, 48, memory.u32(56), memory.u32(60), memory.u32(64));
    }

    private static void head(StringBuilder out, Memory memory, long type, long blockSize) {
        TYPES.write(out.append("{f_type="), memory, type);
        Digits.unsigned(out.append(", f_bsize="), blockSize);
    }

    private static void tail(StringBuilder out, Memory memory, int id, long name, long fragment, long flags) {
        Digits.hex(out.append(", f_fsid={val=["), memory.u32(id));
        Digits.hex(out.append(", "), memory.u32(id + 4));
        Digits.unsigned(out.append("]}, f_namelen="), name);
        Digits.unsigned(out.append(", f_frsize="), fragment);
        MOUNT.write(out.append(", f_flags="), memory, flags);
        out.append('}');
    }

    private static void openHow(StringBuilder out, Memory memory) {
        long flags = memory.i64(0);
        OPEN.write(out.append("{flags="), memory, flags);
        if ((flags & CREATES) != 0) {
            Digits.mode(out.append(", mode="), memory.i64(8));
        }
        RESOLVE.write(out.append(", resolve="), memory, memory.i64(16));
        out.append('}');
    }

    private static void mountAttributes(StringBuilder out, Memory memory) {
        ATTRIBUTE.write(out.append("{attr_set="), memory, memory.i64(0));
        ATTRIBUTE.write(out.append(", attr_clr="), memory, memory.i64(8));
        if (memory.i64(16) == 0) {
            out.append(", propagation=0");
        } else {
            PROPAGATION.write(out.append(", propagation="), memory, memory.i64(16));
        }
        Digits.unsigned(out.append(", userns_fd="), memory.i64(24));
        out.append('}');
    }

    private static void numbers(StringBuilder out, Memory memory, String... names) {
        for (int index = 0; index < names.length; index++) {
            out.append(index == 0 ? '{' : ',')
                    .append(index == 0 ? "" : " ")
                    .append(names[index])
                    .append('=');
            Digits.unsigned(out, memory.i64(8 * index));
        }
        out.append('}');
    }
}
