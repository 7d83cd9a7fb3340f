// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.util.Optional;

/** A system call table of Linux: the ABI by which a call was made. Audit values are from linux/audit.h. */
public enum Abi {
    X86_64(0xC000003E),
    I386(0x40000003),
    AARCH64(0xC00000B7);

    private static final Abi[] ALL = values();

    private final int auditArch;
    private final Optional<Abi> itself = Optional.of(this);

    Abi(int auditArch) {
        this.auditArch = auditArch;
    }

    /** The ABI with this AUDIT_ARCH_* value; empty if it is not one of ours. */
    public static Optional<Abi> ofAuditArch(int auditArch) {
        for (Abi abi : ALL) { // no map: it is asked for each call
            if (abi.auditArch == auditArch) {
                return abi.itself;
            }
        }
        return Optional.empty();
    }

    /** The AUDIT_ARCH_* value. */
    public int auditArch() {
        return auditArch;
    }
}
