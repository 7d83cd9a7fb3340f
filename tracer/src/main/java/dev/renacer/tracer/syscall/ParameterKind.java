// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

/** What an argument is, as far as printing it needs to know. */
public enum ParameterKind {
    /** A path read from the target's memory. */
    PATH,
    /** A NUL-terminated string that is not a path. */
    STRING,
    /** A file descriptor. */
    FD,
    /** A directory descriptor; AT_FDCWD is named. */
    DIRFD,
    /** A signed 32-bit number, printed in decimal. */
    INT,
    /** An unsigned 32-bit number, printed in decimal. */
    UINT,
    /** A signed word, printed in decimal. */
    LONG,
    /** An unsigned word (size, count), printed in decimal. */
    SIZE,
    /** An unknown word, or flags of that size, printed in hexadecimal. */
    HEX,
    /** Flags or a command of 32 bits, printed in hexadecimal; the register's upper half is not part of it. */
    FLAGS,
    /** A file mode, printed in octal. */
    MODE,
    /**
     * A file mode that, like all after it, has a meaning only if the flags directly before it contain O_CREAT or
     * O_TMPFILE.
     */
    OPEN_MODE,
    /** A signal number, printed by name. */
    SIGNAL,
    /** A process or thread id. */
    PID,
    /** An address, printed in hexadecimal, NULL as such. */
    POINTER
}
