// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

/** A system call table of Linux: the ABI one call was made by. Audit values are from linux/audit.h. */
public enum Abi {
    X86_64(0xC000003E),
    I386(0x40000003),
    AARCH64(0xC00000B7);

    private final int auditArch;

    Abi(int auditArch) {
        this.auditArch = auditArch;
    }

    /** The AUDIT_ARCH_* value. */
    public int auditArch() {
        return auditArch;
    }
}
