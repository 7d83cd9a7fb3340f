// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.netlink;

import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.output.struct.Names;
import dev.renacer.tracer.output.struct.netlink.Tables.Message;
import dev.renacer.tracer.syscall.Digits;
import dev.renacer.tracer.syscall.ErrnoNames;
import java.util.Set;

/**
 * What a netlink socket transfers: messages one behind the other (struct nlmsghdr of linux/netlink.h). Lengths are the
 * program's own and may lie; what they say is there but was not read is an ellipsis.
 */
public final class NetlinkMessages {
    /** A protocol that is not known. */
    public static final int UNKNOWN = -1;

    /** Sockets of this protocol (NETLINK_KOBJECT_UEVENT) transfer no such messages. */
    private static final int EVENTS = 15;

    private static final int ROUTE = 0;
    private static final int SOCKETS = 4;
    private static final int NETFILTER = 12;

    private static final int HEAD = 16;
    private static final int ERROR = 2;
    private static final int DONE = 3;
    /** Types below are the same in each protocol. */
    private static final int OWN_TYPES = 16;

    /** The last type of netfilter that is not one of a subsystem. */
    private static final int LAST_OF_BATCH = 17;

    private static final int LAST_SUBSYSTEM = 12;
    private static final int DELETE_ACTION = 49;
    /** Those that have a set of names in netlink-names.tsv. */
    private static final Set<Integer> PROTOCOLS_WITH_TYPES = Set.of(0, 4, 6, 7, 9, 12, 16, 21);

    private static final int REQUEST = 1;
    private static final int CAPPED = 0x100;

    private static final Names TYPES = Names.of("netlink_message");
    private static final Names FLAGS = Names.of("netlink_message_flag");
    private static final Names FLAGS_OF_ERROR = Names.of("netlink_message_flag_ack");
    private static final Names FLAGS_OF_GET = Names.of("netlink_message_flag_get");
    private static final Names FLAGS_OF_NEW = Names.of("netlink_message_flag_new");
    private static final Names FLAGS_OF_DELETE = Names.of("netlink_message_flag_delete");

    private NetlinkMessages() {}

    /** Whether sockets of a protocol transfer them. */
    public static boolean areOf(int protocol) {
        return protocol != EVENTS;
    }

    /**
     * Writes messages.
     *
     * @param memory    what was read of them
     * @param length    how many bytes they have
     * @param protocol  of the socket (NETLINK_*); {@link #UNKNOWN}: not known
     */
    public static void write(StringBuilder out, Memory memory, int length, int protocol) {
        Part all = new Part(memory, length);
        boolean several = false;
        int at = 0;
        for (int number = 0; ; number++) {
            Part rest = all.from(at);
            if (rest.length() < HEAD) {
                rest.hexadecimal(out);
                break;
            }
            if (!rest.isRead(HEAD) || number == memory.most()) {
                out.append("...");
                break;
            }
            long claimed = rest.memory().u32(0);
            boolean last = claimed < HEAD || AttributeList.aligned(claimed) >= rest.length();
            if (!last && !several) {
                out.append('[');
                several = true;
            }
            message(out, rest, protocol);
            if (last) {
                break;
            }
            out.append(", ");
            at += (int) AttributeList.aligned(claimed);
        }
        out.append(several ? "]" : "");
    }

    /** Writes the message that begins here; its head is written whatever its length says. */
    private static void message(StringBuilder out, Part from, int protocol) {
        Memory head = from.memory();
        int type = head.u16(4);
        int flags = head.u16(6);
        int length = (int) Math.min(head.u32(0), from.length());
        out.append(length > HEAD ? "[" : "");
        out.append("{nlmsg_len=").append(head.u32(0)).append(", nlmsg_type=");
        type(out, head, type, protocol);
        flags(type, protocol).write(out.append(", nlmsg_flags="), head, flags);
        out.append(", nlmsg_seq=").append(head.u32(8));
        out.append(", nlmsg_pid=").append(head.i32(12)).append('}');
        if (length > HEAD) {
            payload(out.append(", "), from.part(HEAD, length - HEAD), type, flags, protocol);
            out.append(']');
        }
    }

    private static void type(StringBuilder out, Memory memory, int type, int protocol) {
        if (protocol == NETFILTER && type > LAST_OF_BATCH) {
            int subsystem = type >>> Byte.SIZE;
            Names.of("netlink_netfilter_subsys").write(out, memory, subsystem);
            out.append("<<8|");
            if (subsystem > 0 && subsystem <= LAST_SUBSYSTEM) {
                Names.of("netlink_netfilter_" + subsystem).write(out, memory, type & 0xff);
            } else {
                Digits.hex(out, type & 0xff);
            }
            return;
        }
        boolean own = type >= OWN_TYPES && PROTOCOLS_WITH_TYPES.contains(protocol);
        (own ? Names.of("netlink_message_" + protocol) : TYPES).write(out, memory, type);
    }

    /** The names of the flags of a message: what they mean depends on what it does. */
    private static Names flags(int type, int protocol) {
        if (type < OWN_TYPES) {
            return type == ERROR ? FLAGS_OF_ERROR : FLAGS;
        }
        return switch (protocol) {
            case ROUTE -> routeFlags(type);
            case SOCKETS -> FLAGS_OF_GET;
            default -> FLAGS;
        };
    }

    /** Four types belong together: new, delete, get, set. That of an action to delete takes flags as if to get. */
    private static Names routeFlags(int type) {
        if (type == DELETE_ACTION) {
            return FLAGS_OF_GET;
        }
        return switch (type & 3) {
            case 0 -> FLAGS_OF_NEW;
            case 1 -> FLAGS_OF_DELETE;
            case 2 -> FLAGS_OF_GET;
            default -> FLAGS;
        };
    }

    private static void payload(StringBuilder out, Part payload, int type, int flags, int protocol) {
        if (type == ERROR) {
            error(out, payload, (flags & CAPPED) != 0, protocol);
        } else if (type == DONE && payload.length() == Integer.BYTES) {
            out.append(payload.isRead(Integer.BYTES) ? payload.memory().i32(0) : "...");
        } else if (type < OWN_TYPES || !known(out, payload, type, (flags & REQUEST) != 0, protocol)) {
            payload.hexadecimal(out);
        }
    }

    /** Writes an answer to a message: the error, that message, and what else there is to say. */
    private static void error(StringBuilder out, Part payload, boolean capped, int protocol) {
        int least = Integer.BYTES + HEAD;
        if (payload.length() < least) {
            payload.hexadecimal(out);
            return;
        }
        if (!payload.isRead(least)) {
            out.append("...");
            return;
        }
        Part rest = payload.from(Integer.BYTES);
        long claimed = capped ? HEAD : Math.max(HEAD, rest.memory().u32(0));
        int length = (int) Math.min(rest.length(), claimed);
        boolean more = rest.length() > length;
        out.append(more ? "[" : "").append("{error=");
        errno(out, payload.memory().i32(0));
        message(out.append(", msg="), rest.part(0, length), protocol);
        out.append('}');
        if (more) {
            Part attributes = rest.from(length);
            AttributeList.write(out.append(", "), attributes, Tables.attributes("nlmsgerr"), new Context(-1));
            out.append(']');
        }
    }

    private static void errno(StringBuilder out, int error) {
        if (error < 0 && error > -4096) {
            out.append('-').append(ErrnoNames.of(-error).name());
        } else {
            out.append(error);
        }
    }

    /** Writes the head and the attributes of a message, if its protocol and type are known. */
    private static boolean known(StringBuilder out, Part payload, int type, boolean asks, int protocol) {
        if (protocol != ROUTE && protocol != SOCKETS && protocol != NETFILTER) {
            return false;
        }
        if (!payload.isRead(1)) {
            out.append("...");
            return true;
        }
        int family = payload.memory().u8(0);
        Message message =
                payload.length() > 1 || protocol == ROUTE ? Tables.message(protocol, type, family, asks) : null;
        if (message == null) {
            if (protocol == NETFILTER) {
                return false;
            }
            family(out, payload, family);
            return true;
        }
        Context context = new Context(family);
        boolean whole = Structs.head(out, message.head(), payload, context);
        Part rest = payload.from((int) AttributeList.aligned(message.head().size()));
        if (whole && rest.length() > 0) {
            rest(out, rest, message, context);
        }
        return true;
    }

    /** What stands behind the head; of some messages that has no meaning. */
    private static void rest(StringBuilder out, Part rest, Message message, Context context) {
        if (message.attributes() != null) {
            AttributeList.write(out.append(", "), rest, message.attributes(), context);
        } else if (message.protocol() == NETFILTER) {
            rest.hexadecimal(out.append(", "));
        }
    }

    private static void family(StringBuilder out, Part payload, int family) {
        Names.of("family").write(out.append("{family="), payload.memory(), family);
        if (payload.length() > 1) {
            payload.from(1).hexadecimal(out.append(", data="));
        }
        out.append('}');
    }
}
