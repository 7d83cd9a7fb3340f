// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.descriptor.Descriptor;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.descriptor.address.SocketProtocol;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.output.struct.netlink.NetlinkMessages;
import dev.renacer.tracer.redact.Redactor;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What sockets transfer whose messages have fields: those of netlink. */
final class Packets {
    private static final int AF_NETLINK = 16;
    private static final int ADDRESS = 4;

    private Packets() {}

    /** Writes what sendto(2) and recvfrom(2) transfer; false if it is only bytes. */
    static boolean write(
            StringBuilder out,
            SyscallCall call,
            TextDetail detail,
            int index,
            @Nullable CapturedData data,
            NameWriter names) {
        if (data == null || data.bytes().length == 0) {
            return false;
        }
        CapturedData address = CapturedPieces.find(call, ADDRESS, Part.DATA, 0, data.atExit());
        OptionalInt protocol = protocol(call, address, names);
        // With MSG_TRUNC the result may be more than there was room for.
        long room = call.args()[index + 1];
        long length = data.atExit() && Long.compareUnsigned(call.result(), room) < 0 ? call.result() : room;
        return write(out, call, detail, data, length, protocol);
    }

    /**
     * Writes the bytes of a buffer.
     *
     * @param length    how many the socket has transferred
     * @param protocol  of the netlink socket; empty if it is none
     * @return false if they are only bytes
     */
    static boolean write(
            StringBuilder out,
            SyscallCall call,
            TextDetail detail,
            CapturedData data,
            long length,
            OptionalInt protocol) {
        if (protocol.isEmpty() || !NetlinkMessages.areOf(protocol.getAsInt()) || length <= 0) {
            return false;
        }
        // Where something else stands in the place of a secret, nothing behind it is where it was.
        if (new String(data.bytes(), StandardCharsets.ISO_8859_1).contains(Redactor.MARK)) {
            return false;
        }
        Memory memory = CapturedPieces.memory(call, detail, data);
        int most = (int) Math.min(length, Integer.MAX_VALUE);
        NetlinkMessages.write(out, memory, most, protocol.getAsInt());
        return true;
    }

    /**
     * Of which protocol the netlink socket is that a call is about: as its descriptor says or, if that is not known, not
     * known if the address of a message is one of netlink. Empty if it is no such socket.
     */
    static OptionalInt protocol(SyscallCall call, @Nullable CapturedData address, NameWriter names) {
        Descriptor known = names.descriptor(call).orElse(null);
        if (known instanceof Descriptor.Socket socket && !socket.protocol().equals(SocketProtocol.UNKNOWN)) {
            return socket.protocol().netlink();
        }
        boolean isNetlink = address != null
                && address.bytes().length > 1
                && CapturedPieces.memory(call, TextDetail.DEFAULT, address).u16(0) == AF_NETLINK;
        return isNetlink ? OptionalInt.of(NetlinkMessages.UNKNOWN) : OptionalInt.empty();
    }
}
