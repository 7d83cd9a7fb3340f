// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.device;

import dev.renacer.tracer.output.struct.ExchangeWriter;
import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.output.struct.Names;
import dev.renacer.tracer.output.struct.SocketAddresses;
import dev.renacer.tracer.output.struct.StructWriter;
import dev.renacer.tracer.output.struct.Structs;
import org.jspecify.annotations.Nullable;

/**
 * Requests about network interfaces (struct ifreq of linux/if.h): which field of its union is meant depends on the
 * request, so structs.tsv has a name for each, the field's behind {@link #PREFIX}.
 */
final class Interfaces {
    /** What the names in structs.tsv begin with. */
    static final String PREFIX = "ifreq_";

    private static final int NAME_BYTES = 16;
    private static final int ADDRESS_BYTES = 16;
    private static final Names FLAGS = Names.of("field_iff");
    private static final Names HARDWARE = Names.of("field_hardware");

    private Interfaces() {}

    /** The writer of a whole struct. */
    static @Nullable StructWriter writer(String type) {
        String field = type.substring(PREFIX.length());
        return switch (field) {
            case "bridge_port" ->
                (out, memory) -> out.append("{ifr_ifindex=")
                        .append(memory.u32(NAME_BYTES))
                        .append('}');
            case "name" -> null;
            default -> (out, memory) -> whole(out, memory, memory, field);
        };
    }

    /** The writer of a struct that the kernel fills in. */
    static ExchangeWriter exchange(String type) {
        String field = type.substring(PREFIX.length());
        if (field.equals("name")) {
            return Interfaces::name;
        }
        return (out, before, after) -> whole(out, before, after, field);
    }

    private static void whole(StringBuilder out, Memory before, @Nullable Memory after, String field) {
        interfaceName(out.append("{ifr_name="), before, 0);
        if (after != null) {
            out.append(", ifr_").append(field).append('=');
            value(out, after, field);
        }
        out.append('}');
    }

    private static void value(StringBuilder out, Memory memory, String field) {
        switch (field) {
            case "flags" -> FLAGS.write(out, memory, memory.u16(NAME_BYTES));
            case "addr", "dstaddr", "broadaddr", "netmask" ->
                SocketAddresses.write(out, memory.part(NAME_BYTES, ADDRESS_BYTES));
            case "hwaddr" -> hardwareAddress(out, memory);
            case "slave", "newname" -> interfaceName(out, memory, NAME_BYTES);
            case "map" -> map(out, memory, NAME_BYTES);
            default -> out.append(memory.i32(NAME_BYTES));
        }
    }

    /** SIOCGIFNAME: which interface has this index. */
    private static void name(StringBuilder out, Memory before, @Nullable Memory after) {
        out.append("{ifr_ifindex=").append(before.i32(NAME_BYTES));
        if (after != null) {
            interfaceName(out.append(", ifr_name="), after, 0);
        }
        out.append('}');
    }

    /** Writes the name of an interface; one without a NUL is cut. */
    private static void interfaceName(StringBuilder out, Memory memory, int offset) {
        Memory name = memory.part(offset, NAME_BYTES);
        int length = name.stringLength(0);
        name.detail().whole(out, name.bytes(), name.start(), Math.min(length, NAME_BYTES - 1));
        out.append(length == NAME_BYTES ? "..." : "");
    }

    private static void hardwareAddress(StringBuilder out, Memory memory) {
        int type = memory.u16(NAME_BYTES);
        HARDWARE.write(out.append("{sa_family="), memory, type);
        out.append(", sa_data=");
        int bytes = hardwareBytes(type);
        for (int index = 0; index < bytes; index++) {
            int value = memory.u8(NAME_BYTES + 2 + index);
            out.append(index == 0 ? "" : ":").append(Character.forDigit(value >> 4, 16));
            out.append(Character.forDigit(value & 0xf, 16));
        }
        out.append('}');
    }

    /** How long the addresses of a kind of hardware are; as long as there is room if that is not known. */
    private static int hardwareBytes(int type) {
        return switch (type) {
            case 7, 0x122, 0x305, 0x334, 0x335, 0x336 -> 1;
            case 0xf -> 2;
            case 0x300, 0x308, 0x309, 0x30a, 0x30b, 0x30f -> 4;
            case 0x10e, 0x10f -> 5;
            case 1, 6, 0x304, 0x306, 0x30c, 0x321, 0x322, 0x323 -> 6;
            case 0, 3 -> 7;
            case 0x1b, 0x324, 0x325, 0x339, 0x33a -> 8;
            default -> 14;
        };
    }

    private static void map(StringBuilder out, Memory memory, int at) {
        int word = memory.wordSize();
        DeviceStructs.hex(out, "{mem_start", memory.word(at));
        DeviceStructs.hex(out, ", mem_end", memory.word(at + word));
        int rest = at + 2 * word;
        DeviceStructs.hex(out, ", base_addr", memory.u16(rest));
        DeviceStructs.hex(out, ", irq", memory.u8(rest + 2));
        DeviceStructs.hex(out, ", dma", memory.u8(rest + 3));
        DeviceStructs.hex(out, ", port", memory.u8(rest + 4));
        out.append('}');
    }

    /** The name of a bridge, that is, of an interface. */
    static void bridge(StringBuilder out, Memory memory) {
        memory.detail().whole(out, memory.bytes(), memory.start(), memory.stringLength(0));
        out.append(memory.stringLength(0) == NAME_BYTES ? "..." : "");
    }

    /** SIOCGIFCONF: how many bytes of them there are, and where. */
    static void list(StringBuilder out, Memory before, @Nullable Memory after) {
        long address = before.word(before.wordSize());
        // Without a buffer it is only asked how long that must be.
        length(out.append("{ifc_len="), after != null && address == 0 ? after : before);
        if (after != null && address != 0 && after.i32(0) != before.i32(0)) {
            length(out.append(" => "), after);
        }
        out.append(", ifc_buf=");
        if (after != null && address != 0 && after.i32(0) < size(after)) {
            out.append("[]}");
        } else {
            Structs.pointer(out, address);
            out.append('}');
        }
    }

    private static int size(Memory memory) {
        return memory.narrow() ? 32 : 40;
    }

    private static void length(StringBuilder out, Memory memory) {
        int length = memory.i32(0);
        out.append(length);
        if (length > 0 && length % size(memory) == 0) {
            out.append(" /* ").append(length / size(memory)).append(" * sizeof(struct ifreq) */");
        }
    }
}
