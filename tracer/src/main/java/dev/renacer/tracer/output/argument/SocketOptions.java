// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.output.struct.ControlMessages;
import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.output.struct.SocketAddresses;
import dev.renacer.tracer.syscall.ErrnoNames;

/** The value of a socket option: a number, a struct, or bytes. */
final class SocketOptions {
    private static final int SOL_IP = 0;
    private static final int SOL_SOCKET = 1;
    private static final int SO_ERROR = 4;
    private static final int SO_LINGER = 13;
    private static final int SO_PEERCRED = 17;
    private static final int SO_BINDTODEVICE = 25;
    private static final int IP_ADD_MEMBERSHIP = 35;
    private static final int IP_DROP_MEMBERSHIP = 36;
    private static final int LINGER_BYTES = 8;
    private static final int CREDENTIAL_BYTES = 12;

    private SocketOptions() {}

    static boolean write(StringBuilder out, SyscallCall call, TextDetail detail, int index, boolean atExit) {
        CapturedData data = PointedData.find(call, index, Part.DATA, 0, atExit);
        if (data == null) {
            return false;
        }
        Memory value = PointedData.memory(call, detail, data);
        return switch ((int) call.args()[1]) {
            case SOL_SOCKET -> socket(out, value, (int) call.args()[2], atExit);
            case SOL_IP -> internet(out, value, (int) call.args()[2], atExit);
            default -> plain(out, value, atExit);
        };
    }

    private static boolean socket(StringBuilder out, Memory value, int option, boolean atExit) {
        return switch (option) {
            case SO_ERROR -> {
                error(out, value.i32(0));
                yield true;
            }
            case SO_LINGER -> {
                if (value.length() >= LINGER_BYTES) {
                    out.append("{l_onoff=").append(value.i32(0));
                    out.append(", l_linger=").append(value.i32(4)).append('}');
                }
                yield value.length() >= LINGER_BYTES;
            }
            case SO_PEERCRED -> {
                if (value.length() >= CREDENTIAL_BYTES) {
                    ControlMessages.credentials(out, value);
                }
                yield value.length() >= CREDENTIAL_BYTES;
            }
            case SO_BINDTODEVICE -> {
                value.quoted(out);
                yield true;
            }
            default -> plain(out, value, atExit);
        };
    }

    private static void error(StringBuilder out, int error) {
        out.append('[');
        if (error == 0) {
            out.append('0');
        } else {
            out.append(ErrnoNames.of(error).name());
        }
        out.append(']');
    }

    private static boolean internet(StringBuilder out, Memory value, int option, boolean atExit) {
        if ((option == IP_ADD_MEMBERSHIP || option == IP_DROP_MEMBERSHIP) && value.length() >= 8) {
            SocketAddresses.internetAddress(out.append("{imr_multiaddr="), value, 0);
            SocketAddresses.internetAddress(out.append(", imr_interface="), value, 4);
            out.append('}');
            return true;
        }
        return plain(out, value, atExit);
    }

    /** A number, if it can be one; a value that a program gives is one if it is longer, too. */
    private static boolean plain(StringBuilder out, Memory value, boolean atExit) {
        if (value.length() == Integer.BYTES) {
            out.append('[').append(value.i32(0)).append(']');
            return true;
        }
        if (value.length() < Integer.BYTES && !atExit) {
            return false;
        }
        value.quoted(out);
        return true;
    }
}
