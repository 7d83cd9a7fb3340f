// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.notation;

import dev.renacer.tracer.syscall.Digits;

/** Writes a file's type and mode: {@code S_IFBLK|S_ISVTX|0600}. The values are those of linux/stat.h. */
public final class FileModes {
    private static final int TYPE = 0170_000;
    private static final int CHARACTER_DEVICE = 0020_000;
    private static final int BLOCK_DEVICE = 0060_000;
    private static final int PERMISSIONS = 0777;

    private FileModes() {}

    /** Whether it is the mode of a device. */
    public static boolean isDevice(long mode) {
        return (mode & TYPE) == CHARACTER_DEVICE || (mode & TYPE) == BLOCK_DEVICE;
    }

    public static void write(StringBuilder out, long mode) {
        String type = type((int) mode & TYPE);
        if (type.isEmpty() && (mode & TYPE) != 0) {
            Digits.mode(out, mode);
            return;
        }
        out.append(type).append(type.isEmpty() ? "" : "|");
        out.append((mode & 04000) != 0 ? "S_ISUID|" : "");
        out.append((mode & 02000) != 0 ? "S_ISGID|" : "");
        out.append((mode & 01000) != 0 ? "S_ISVTX|" : "");
        Digits.mode(out, mode & PERMISSIONS);
    }

    private static String type(int type) {
        return switch (type) {
            case 0010_000 -> "S_IFIFO";
            case CHARACTER_DEVICE -> "S_IFCHR";
            case 0040_000 -> "S_IFDIR";
            case BLOCK_DEVICE -> "S_IFBLK";
            case 0100_000 -> "S_IFREG";
            case 0120_000 -> "S_IFLNK";
            case 0140_000 -> "S_IFSOCK";
            default -> "";
        };
    }
}
