// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A system call table of Linux: the ABI by which a call was made. Audit values are from linux/audit.h. */
public enum Abi {
    X86_64(0xC000003E),
    I386(0x40000003),
    AARCH64(0xC00000B7);

    private static final Map<Integer, Abi> BY_AUDIT_ARCH =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(Abi::auditArch, abi -> abi));

    private final int auditArch;

    Abi(int auditArch) {
        this.auditArch = auditArch;
    }

    /** The ABI with this AUDIT_ARCH_* value; empty if it is not one of ours. */
    public static Optional<Abi> ofAuditArch(int auditArch) {
        return Optional.ofNullable(BY_AUDIT_ARCH.get(auditArch));
    }

    /** The AUDIT_ARCH_* value. */
    public int auditArch() {
        return auditArch;
    }
}
