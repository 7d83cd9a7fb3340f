// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.notation;

import dev.renacer.tracer.syscall.ConstantNames;
import dev.renacer.tracer.syscall.Digits;

/** Writes numbers that consist of several, each as the macro that puts it together. */
public final class Notations {
    private static final long COMMAND = 0xff_ffff;

    private Notations() {}

    /** A device number as of makedev(3), in the kernel's encoding (linux/kdev_t.h). */
    public static void device(StringBuilder out, long device) {
        long major = ((device >>> 8) & 0xfff) | ((device >>> 32) & 0xffff_f000L);
        long minor = (device & 0xff) | ((device >>> 12) & 0xffff_ff00L);
        out.append("makedev(");
        Digits.hex(out, major);
        Digits.hex(out.append(", "), minor);
        out.append(')');
    }

    /** A command of ioctl(2) by its parts (asm-generic/ioctl.h). */
    public static void ioctl(StringBuilder out, long command) {
        out.append("_IOC(").append(direction((int) (command >>> 30)));
        Digits.hex(out.append(", "), command >>> 8 & 0xff);
        Digits.hex(out.append(", "), command & 0xff);
        Digits.hex(out.append(", "), command >>> 16 & 0x3fff);
        out.append(')');
    }

    private static String direction(int direction) {
        return switch (direction) {
            case 0 -> "_IOC_NONE";
            case 1 -> "_IOC_WRITE";
            case 2 -> "_IOC_READ";
            default -> "_IOC_READ|_IOC_WRITE";
        };
    }

    /** A command of quotactl(2): QCMD of linux/quota.h. */
    public static void quota(StringBuilder out, long command, ConstantNames names) {
        names.write(out.append("QCMD("), command >>> 8, COMMAND);
        out.append(", ");
        quotaType(out, command & 0xff).append(')');
    }

    private static StringBuilder quotaType(StringBuilder out, long type) {
        return switch ((int) type) {
            case 0 -> out.append("USRQUOTA");
            case 1 -> out.append("GRPQUOTA");
            case 2 -> out.append("PRJQUOTA");
            default -> unnamed(out, type, "???QUOTA");
        };
    }

    /** Class and priority of ioprio_set(2): IOPRIO_PRIO_VALUE of linux/ioprio.h. */
    public static void ioprio(StringBuilder out, long value) {
        out.append("IOPRIO_PRIO_VALUE(");
        switch ((int) (value >>> 13)) {
            case 0 -> out.append("IOPRIO_CLASS_NONE");
            case 1 -> out.append("IOPRIO_CLASS_RT");
            case 2 -> out.append("IOPRIO_CLASS_BE");
            case 3 -> out.append("IOPRIO_CLASS_IDLE");
            default -> unnamed(out, value >>> 13, "IOPRIO_CLASS_???");
        }
        out.append(", ").append(value & 0x1fff).append(')');
    }

    private static StringBuilder unnamed(StringBuilder out, long value, String label) {
        Digits.hex(out, value);
        return out.append(" /* ").append(label).append(" */");
    }
}
