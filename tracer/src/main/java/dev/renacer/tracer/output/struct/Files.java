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
    private static final long STATX_TYPE_OR_MODE = 3;
    private static final long STATX_NLINK = 4;
    private static final long STATX_UID = 8;
    private static final long STATX_GID = 0x10;
    private static final long STATX_ATIME = 0x20;
    private static final long STATX_MTIME = 0x40;
    private static final long STATX_CTIME = 0x80;
    private static final long STATX_INO = 0x100;
    private static final long STATX_SIZE = 0x200;
    private static final long STATX_BLOCKS = 0x400;
    private static final long STATX_BTIME = 0x800;
    private static final long STATX_MNT_ID = 0x1000;
    private static final long STATX_DIOALIGN = 0x2000;
    private static final String[] TIMES = {"atime", "mtime", "ctime"};
    private static final String[] COUNTS = {", f_blocks=", ", f_bfree=", ", f_bavail=", ", f_files=", ", f_ffree="};

    private Files() {}

    static void register(Map<String, StructWriter> writers) {
        writers.put("stat", Files::stat);
        writers.put("stat64", Files::stat64);
        writers.put("statx", Files::statx);
        writers.put("statfs", Files::statfs);
        writers.put("statfs64", Files::statfs64);
        writers.put("open_how", Files::openHow);
        writers.put("mount_attr", Files::mountAttributes);
        writers.put("flock", Files::lock);
        writers.put("flock64", Files::lock);
        writers.put("held_flock", Files::heldLock);
        writers.put("held_flock64", Files::heldLock);
        writers.put("cachestat_range", (out, memory) -> numbers(out, memory, "off", "len"));
        writers.put(
                "cachestat",
                (out, memory) -> numbers(
                        out, memory, "nr_cache", "nr_dirty", "nr_writeback", "nr_evicted", "nr_recently_evicted"));
    }

    private static void lock(StringBuilder out, Memory memory) {
        lockHead(out, memory);
        out.append('}');
    }

    /** What a call says of a lock that exists: also who has it. */
    private static void heldLock(StringBuilder out, Memory memory) {
        int holder = lockHead(out, memory);
        out.append(", l_pid=").append(memory.i32(holder)).append('}');
    }

    /** Where the holder is. */
    private static int lockHead(StringBuilder out, Memory memory) {
        LOCK.write(out.append("{l_type="), memory, (short) memory.u16(0));
        SEEK.write(out.append(", l_whence="), memory, (short) memory.u16(2));
        boolean old = memory.length() == LOCK_OLD;
        int first = memory.length() == LOCK_WIDE ? 8 : 4;
        int second = first + (old ? 4 : 8);
        out.append(", l_start=").append(old ? memory.i32(first) : memory.i64(first));
        out.append(", l_len=").append(old ? memory.i32(second) : memory.i64(second));
        return second + (old ? 4 : 8);
    }

    /** Where the fields of a struct stat are, and whether its counts of links and bytes of a block have 64 bits. */
    private record Layout(
            int inode,
            int mode,
            int links,
            int owner,
            int device,
            int size,
            int blockSize,
            int blocks,
            int times,
            boolean wide) {}

    private static final Layout STAT = new Layout(8, 24, 16, 28, 40, 48, 56, 64, 72, true);
    private static final Layout STAT_AARCH64 = new Layout(8, 16, 20, 24, 32, 48, 56, 64, 72, false);
    private static final Layout STAT_I386 = new Layout(4, 8, 10, 12, 16, 20, 24, 28, 32, false);
    private static final Layout STAT64_I386 = new Layout(88, 16, 20, 24, 32, 44, 52, 56, 64, false);

    private static void stat(StringBuilder out, Memory memory) {
        if (memory.length() == STAT_NARROW) {
            oldStat(out, memory);
        } else {
            stat(out, wide(memory), memory.abi() == Abi.AARCH64 ? STAT_AARCH64 : STAT);
        }
    }

    private static void stat64(StringBuilder out, Memory memory) {
        stat(out, memory, STAT64_I386);
    }

    private static void stat(StringBuilder out, Memory memory, Layout at) {
        int mode = memory.u16(at.mode());
        if (!memory.verbose()) {
            brief(out, mode, memory.i64(at.device()), memory.i64(at.size()));
            return;
        }
        long links = at.wide() ? memory.i64(at.links()) : memory.u32(at.links());
        long blockSize = at.wide() ? memory.i64(at.blockSize()) : memory.u32(at.blockSize());
        head(out, memory.i64(0), memory.i64(at.inode()), mode, links);
        out.append(", st_uid=").append(memory.u32(at.owner()));
        out.append(", st_gid=").append(memory.u32(at.owner() + 4));
        Digits.unsigned(out.append(", st_blksize="), blockSize);
        Digits.unsigned(out.append(", st_blocks="), memory.i64(at.blocks()));
        tail(out, memory, at.times(), mode, memory.i64(at.device()), memory.i64(at.size()));
    }

    /** Of i386 without 64-bit offsets. */
    private static void oldStat(StringBuilder out, Memory memory) {
        Layout at = STAT_I386;
        int mode = memory.u16(at.mode());
        if (!memory.verbose()) {
            brief(out, mode, memory.u32(at.device()), memory.u32(at.size()));
            return;
        }
        head(out, memory.u32(0), memory.u32(at.inode()), mode, memory.u16(at.links()));
        out.append(", st_uid=").append(memory.u16(at.owner()));
        out.append(", st_gid=").append(memory.u16(at.owner() + 2));
        out.append(", st_blksize=").append(memory.u32(at.blockSize()));
        out.append(", st_blocks=").append(memory.u32(at.blocks()));
        tail(out, memory, at.times(), mode, memory.u32(at.device()), memory.u32(at.size()));
    }

    /** The same bytes, with words of 64 bits. */
    private static Memory wide(Memory memory) {
        return new Memory(memory.bytes(), memory.start(), memory.length(), memory.abi(), false, memory.detail());
    }

    private static void brief(StringBuilder out, int mode, long device, long size) {
        FileModes.write(out.append("{st_mode="), mode);
        content(out, mode, device, size);
        out.append(", ...}");
    }

    private static void content(StringBuilder out, int mode, long device, long size) {
        if (FileModes.isDevice(mode)) {
            Notations.device(out.append(", st_rdev="), device);
        } else {
            out.append(", st_size=").append(size);
        }
    }

    private static void head(StringBuilder out, long device, long inode, int mode, long links) {
        Notations.device(out.append("{st_dev="), device);
        Digits.unsigned(out.append(", st_ino="), inode);
        FileModes.write(out.append(", st_mode="), mode);
        Digits.unsigned(out.append(", st_nlink="), links);
    }

    private static void tail(StringBuilder out, Memory memory, int times, int mode, long device, long size) {
        content(out, mode, device, size);
        int word = memory.wordSize();
        for (int index = 0; index < TIMES.length; index++) {
            int at = times + 2 * index * word;
            long nanos = memory.word(at + word);
            out.append(", st_").append(TIMES[index]).append('=');
            Times.dated(out, memory.signedWord(at), nanos);
            Digits.unsigned(out.append(", st_").append(TIMES[index]).append("_nsec="), nanos);
        }
        out.append('}');
    }

    /** Only what the kernel has filled in, as the mask says. */
    private static void statx(StringBuilder out, Memory memory) {
        boolean all = memory.verbose();
        long mask = memory.u32(0);
        MASK.write(out.append("{stx_mask="), memory, memory.u32(0));
        if (all) {
            out.append(", stx_blksize=").append(memory.u32(4));
        }
        ATTRIBUTES.write(out.append(", stx_attributes="), memory, memory.i64(8));
        if (all && (mask & STATX_NLINK) != 0) {
            out.append(", stx_nlink=").append(memory.u32(16));
        }
        if (all && (mask & STATX_UID) != 0) {
            out.append(", stx_uid=").append(memory.u32(20));
        }
        if (all && (mask & STATX_GID) != 0) {
            out.append(", stx_gid=").append(memory.u32(24));
        }
        if ((mask & STATX_TYPE_OR_MODE) != 0) {
            FileModes.write(out.append(", stx_mode="), memory.u16(28));
        }
        if (all && (mask & STATX_INO) != 0) {
            Digits.unsigned(out.append(", stx_ino="), memory.i64(32));
        }
        if ((mask & STATX_SIZE) != 0) {
            Digits.unsigned(out.append(", stx_size="), memory.i64(40));
        }
        if (!all) {
            out.append(", ...}");
            return;
        }
        furtherStatx(out, memory, mask);
    }

    private static void furtherStatx(StringBuilder out, Memory memory, long mask) {
        if ((mask & STATX_BLOCKS) != 0) {
            Digits.unsigned(out.append(", stx_blocks="), memory.i64(48));
        }
        ATTRIBUTES.write(out.append(", stx_attributes_mask="), memory, memory.i64(56));
        if ((mask & STATX_ATIME) != 0) {
            time(out, memory, ", stx_atime=", 64);
        }
        if ((mask & STATX_BTIME) != 0) {
            time(out, memory, ", stx_btime=", 80);
        }
        if ((mask & STATX_CTIME) != 0) {
            time(out, memory, ", stx_ctime=", 96);
        }
        if ((mask & STATX_MTIME) != 0) {
            time(out, memory, ", stx_mtime=", 112);
        }
        out.append(", stx_rdev_major=").append(memory.u32(128));
        out.append(", stx_rdev_minor=").append(memory.u32(132));
        out.append(", stx_dev_major=").append(memory.u32(136));
        out.append(", stx_dev_minor=").append(memory.u32(140));
        if ((mask & STATX_MNT_ID) != 0) {
            Digits.hex(out.append(", stx_mnt_id="), memory.i64(144));
        }
        if ((mask & STATX_DIOALIGN) != 0) {
            out.append(", stx_dio_mem_align=").append(memory.u32(152));
            out.append(", stx_dio_offset_align=").append(memory.u32(156));
        }
        out.append('}');
    }

    private static void time(StringBuilder out, Memory memory, String name, int at) {
        long seconds = memory.i64(at);
        long nanos = memory.u32(at + 8);
        out.append(name)
                .append("{tv_sec=")
                .append(seconds)
                .append(", tv_nsec=")
                .append(nanos)
                .append('}');
        Times.date(out.append(' '), seconds, nanos);
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
            out.append(", propagation=0 /* MS_??? */");
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
