// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

/**
 * What an argument is, as far as printing it needs to know: its width, its sign and its notation. Width and sign are
 * those of the kernel's prototypes (prototypes.tsv), since the rest of a register is not part of the argument.
 */
public enum ParameterKind {
    /** A path read from the target's memory. */
    PATH(Width.WORD, false),
    /** A NUL-terminated string that is not a path. */
    STRING(Width.WORD, false),
    /** A file descriptor. */
    FD(Width.INT, true),
    /** A directory descriptor; AT_FDCWD is named. */
    DIRFD(Width.INT, true),
    /** A signed 32-bit number, printed in decimal. */
    INT(Width.INT, true),
    /** An unsigned 32-bit number, printed in decimal. */
    UINT(Width.INT, false),
    /** A signed word, printed in decimal. */
    LONG(Width.WORD, true),
    /** An unsigned word (size, count), printed in decimal. */
    SIZE(Width.WORD, false),
    /** An unknown word, or flags of that size, printed in hexadecimal. */
    HEX(Width.WORD, false),
    /** Flags or a command of 32 bits, printed in hexadecimal. */
    FLAGS(Width.INT, false),
    /** A user or group id, printed in decimal, all ones as -1. */
    ID(Width.INT, false),
    /** A user or group id of 16 bits, as old calls of i386 take it. */
    ID16(Width.SHORT, false),
    /** The permission bits of a file mode, printed in octal. */
    MODE(Width.SHORT, false),
    /**
     * A file mode that, like all after it, has a meaning only if the flags directly before it contain O_CREAT or
     * O_TMPFILE.
     */
    OPEN_MODE(Width.SHORT, false),
    /** A file mode with the type of the file, printed as {@code S_IFBLK|0600}. */
    FILE_MODE(Width.SHORT, false),
    /** A device number; behind a {@link #FILE_MODE}, it has a meaning only if that is the mode of a device. */
    DEVICE(Width.INT, false),
    /** A file offset in units of 4096 bytes, printed in bytes, in hexadecimal. */
    PAGES(Width.WORD, false),
    /** The command of ioctl(2): without a name, its direction, type, number and size. */
    IOCTL(Width.INT, false),
    /** The command of quotactl(2): what to do, and whose quota it is about. */
    QUOTA(Width.INT, false),
    /** The class and priority of ioprio_set(2). */
    IOPRIO(Width.INT, true),
    /** The flags of clone(2), with a signal in the lowest byte. */
    CLONE(Width.WORD, false),
    /** A signal number, printed by name. */
    SIGNAL(Width.INT, true),
    /** A process or thread id. */
    PID(Width.INT, true),
    /** An address, printed in hexadecimal, NULL as such. */
    POINTER(Width.WORD, false),
    /**
     * The upper half of the number in the register before, and written with it. An ABI of 64 bits has the whole number
     * there, and this one has no meaning.
     */
    UPPER(Width.WORD, false),
    /** The upper half of the number in the next register. */
    UPPER_FIRST(Width.WORD, false),
    /** What has no meaning in its call, unlike those after it: it is not printed. */
    SKIPPED(Width.WORD, false),
    /** What has no meaning in its call, like all arguments after it: it is not printed. */
    NOTHING(Width.WORD, false);

    /** How much of a register an argument is. */
    public enum Width {
        /** 16 bits. */
        SHORT,
        /** 32 bits. */
        INT,
        /** As much as an address of the ABI has. */
        WORD
    }

    private final Width width;
    private final boolean signed;

    ParameterKind(Width width, boolean signed) {
        this.width = width;
        this.signed = signed;
    }

    /** How much of the register it is. */
    public Width width() {
        return width;
    }

    /** Whether it may be negative. */
    public boolean isSigned() {
        return signed;
    }

    /**
     * The bits of the register that are the argument; the others are zero.
     *
     * @param narrow  whether a word of the ABI has 32 bits
     */
    public long bits(long register, boolean narrow) {
        return switch (width) {
            case SHORT -> register & 0xffff;
            case INT -> register & 0xffff_ffffL;
            case WORD -> narrow ? register & 0xffff_ffffL : register;
        };
    }

    /** The number that the bits of {@link #bits} are. */
    public long number(long bits, boolean narrow) {
        return signed && (width == Width.INT || narrow) ? (int) bits : bits;
    }
}
