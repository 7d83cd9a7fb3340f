// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.device;

import dev.renacer.tracer.output.struct.ExchangeWriter;
import dev.renacer.tracer.output.struct.Names;
import dev.renacer.tracer.output.struct.StructWriter;
import dev.renacer.tracer.syscall.Digits;
import org.jspecify.annotations.Nullable;

/**
 * The writers of what requests of ioctl(2) and other calls with operations take, by the names they have in structs.tsv. They are found by a switch: so a
 * program that starts does not make those that it will not need.
 */
public final class DeviceStructs {
    private DeviceStructs() {}

    /** The writer of a struct; null if it has none here. */
    public static @Nullable StructWriter writer(String type) {
        return switch (type) {
            case "termios" -> Terminals::termios;
            case "termio" -> Terminals::termio;
            case "modem_lines" -> flags("field_modem");
            case "keyboard_type" -> Terminals::keyboardType;
            case "keyboard_mode" -> Terminals::keyboardMode;
            case "console_mode" -> flags("console_mode");
            case "input" -> (out, memory) -> memory.quoted(out);
            case "bridge" -> Interfaces::bridge;
            case "inode_flags" -> flags("field_inode");
            case "fsxattr" -> FileRequests::attributes;
            case "fsxattr_set" -> FileRequests::newAttributes;
            case "clone_range" -> FileRequests::range;
            case "fstrim_range" -> FileRequests::trim;
            case "uffd_range" -> PageFaults::range;
            case "rtc_time" -> Devices::time;
            case "input_id" -> Devices::input;
            case "event_version" -> Devices::version;
            case "cookie" -> Devices::cookie;
            case "perf_event_attr" -> PerfEvents::attributes;
            case "landlock_ruleset" -> Controls::ruleset;
            case "landlock_path_beneath" -> Controls::pathBeneath;
            case "owner_ex" -> Controls::owner;
            case "death_signal" -> Controls::deathSignal;
            case "thread_name" -> Controls::threadName;
            case "tsc" -> flags("field_tsc");
            default -> type.startsWith(Interfaces.PREFIX) ? Interfaces.writer(type) : null;
        };
    }

    /** The writer of a struct that a call reads and then fills in; null if it has none here. */
    public static @Nullable ExchangeWriter exchange(String type) {
        return switch (type) {
            case "ifconf" -> Interfaces::list;
            case "fiemap" -> FileRequests::extents;
            case "uffd_api" -> PageFaults::api;
            case "uffd_register" -> PageFaults::register;
            case "uffd_zeropage" -> PageFaults::zero;
            case "uffd_copy" -> PageFaults::copy;
            default -> type.startsWith(Interfaces.PREFIX) ? Interfaces.exchange(type) : null;
        };
    }

    /** A number of 32 bits in brackets, by its names. */
    private static StructWriter flags(String set) {
        Names names = Names.of(set);
        return (out, memory) -> {
            out.append('[');
            if (memory.i32(0) == 0 && set.startsWith("field_")) {
                out.append('0');
            } else {
                names.write(out, memory, memory.u32(0));
            }
            out.append(']');
        };
    }

    /** Writes an address or number in hexadecimal as a field. */
    static void hex(StringBuilder out, String name, long value) {
        Digits.hex(out.append(name).append('='), value);
    }

    /** Writes a number without a sign as a field. */
    static void number(StringBuilder out, String name, long value) {
        Digits.unsigned(out.append(name).append('='), value);
    }
}
