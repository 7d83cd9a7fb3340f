// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import dev.renacer.tracer.SyscallCall;

/** Which arguments of mount(2) the kernel does not look at: strace writes those as the addresses they are. */
final class MountFlags {
    private static final int TYPE = 2;
    private static final int FLAGS = 3;
    private static final int DATA = 4;
    /** The values of linux/mount.h. */
    private static final long REMOUNT = 1 << 5;

    private static final long BIND = 1 << 12;
    private static final long MOVE = 1 << 13;
    private static final long PROPAGATION = 1 << 17 | 1 << 18 | 1 << 19 | 1 << 20;
    private static final long MAGIC = 0xc0ed_0000L;
    private static final long MAGIC_MASK = 0xffff_0000L;

    private MountFlags() {}

    /** Whether an argument of a call has no meaning, as its flags say. */
    static boolean ignore(SyscallCall call, int index) {
        if (index < TYPE || !call.syscall().name().equals("mount")) {
            return false;
        }
        long flags = call.args()[FLAGS];
        if ((flags & MAGIC_MASK) == MAGIC) {
            flags &= ~MAGIC_MASK;
        }
        if ((flags & REMOUNT) != 0) {
            return index == TYPE;
        }
        return (index == TYPE || index == DATA) && (flags & (BIND | MOVE | PROPAGATION)) != 0;
    }
}
