// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import dev.renacer.tracer.syscall.Syscall;

/** What all spans of one system call have in common, made once. */
record SyscallLabel(String spanName, String name, long number) {
    /** What the names of spans of calls begin with. */
    static final String PREFIX = "syscall: ";

    static SyscallLabel of(Syscall syscall) {
        return new SyscallLabel(PREFIX + syscall.name(), syscall.name(), syscall.number());
    }
}
