// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.http.RequestGap;
import dev.renacer.tracer.redact.FolderEntries;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.Parameter;
import dev.renacer.tracer.syscall.ParameterKind;
import dev.renacer.tracer.syscall.Pointee;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Stands in front of all other listeners and takes the secrets out of what calls read and wrote, so that no output has to
 * think of it: strings, paths, arguments and environment of an execve, addresses of AF_UNIX, names of entries of folders, values of
 * extended attributes and of mounts, and what was transferred. Other structs have none.
 */
public final class RedactedCalls implements TraceListener {
    private static final String SOCKET_ADDRESS = "sockaddr";
    /** Of linux/socket.h, as the first two bytes of an address. */
    private static final int AF_UNIX = 1;

    private static final int FAMILY_BYTES = 2;

    /** Calls that take or give a value, by which argument it is; the one before is its name. */
    private static final Map<String, Integer> NAMED_VALUES = Map.of(
            "setxattr",
            2,
            "lsetxattr",
            2,
            "fsetxattr",
            2,
            "getxattr",
            2,
            "lgetxattr",
            2,
            "fgetxattr",
            2,
            "fsconfig",
            3);

    private final Redactor redactor;
    private final TraceListener next;

    /** Passes on to {@code next} what {@code redactor} leaves. */
    public RedactedCalls(Redactor redactor, TraceListener next) {
        this.redactor = redactor;
        this.next = next;
    }

    @Override
    public void onBegin(long epochOffsetNanos) {
        next.onBegin(epochOffsetNanos);
    }

    @Override
    public boolean readsData() {
        return next.readsData();
    }

    @Override
    public void onCut() {
        next.onCut();
    }

    @Override
    public void onCall(SyscallCall call) {
        next.onCall(redacted(call));
    }

    @Override
    public void onUnaskedCall(SyscallCall call) {
        next.onUnaskedCall(redacted(call));
    }

    @Override
    public void onThreadTime(ThreadTime time) {
        next.onThreadTime(time);
    }

    @Override
    public void onRequestGap(TracedProcess process, RequestGap gap, long count) {
        next.onRequestGap(process, gap, count);
    }

    @Override
    public void onEvent(TraceEvent event) {
        next.onEvent(event);
    }

    @Override
    public void onIdle() {
        next.onIdle();
    }

    @Override
    public void onEnd() {
        next.onEnd();
    }

    private SyscallCall redacted(SyscallCall call) {
        List<CapturedData> data = call.data();
        if (data.isEmpty()) {
            return call;
        }
        List<CapturedData> changed = hasElements(data) ? arguments(call, data) : List.of();
        for (int piece = 0; piece < data.size(); piece++) {
            CapturedData one = (changed.isEmpty() ? data : changed).get(piece);
            if (isText(call, one)) {
                changed = with(changed, data, piece, one, text(call, one));
            } else if (one.part() == Part.LINK && one.bytes().length > Part.LINK_HEAD) {
                changed = with(changed, data, piece, one, link(one.bytes(), one.cut()));
            } else if (isAddress(call, one)) {
                changed = with(changed, data, piece, one, address(one.bytes()));
            } else if (one.part() == Part.DATA) {
                changed = with(changed, data, piece, one, entries(call, one));
            }
        }
        return changed.isEmpty() ? call : call.with(changed);
    }

    private byte[] text(SyscallCall call, CapturedData piece) {
        if (isEnvironment(call, piece)) {
            return redactor.variable(piece.bytes(), piece.cut());
        }
        if (piece.part() == Part.DATA
                && NAMED_VALUES.getOrDefault(call.syscall().name(), -1) == piece.argument()) {
            CapturedData name = call.firstData(piece.argument() - 1);
            return redactor.value(name == null ? new byte[0] : name.bytes(), piece.bytes(), piece.cut());
        }
        return piece.part() == Part.DATA && kind(call, piece) == ParameterKind.PATH
                ? redactor.path(piece.bytes(), piece.cut())
                : redactor.text(piece.bytes(), piece.cut());
    }

    /** The array of strings that a call takes behind that of a program's arguments. */
    private static boolean isEnvironment(SyscallCall call, CapturedData piece) {
        return piece.part() == Part.ELEMENT && piece.argument() > 0 && isStrings(call, piece.argument() - 1);
    }

    private static boolean hasElements(List<CapturedData> data) {
        for (int piece = 0; piece < data.size(); piece++) {
            if (data.get(piece).part() == Part.ELEMENT) {
                return true;
            }
        }
        return false;
    }

    /**
     * The data with the arguments of a program redacted as a whole: an option tells what the next argument is. Empty if
     * that changes nothing.
     */
    private List<CapturedData> arguments(SyscallCall call, List<CapturedData> data) {
        List<Integer> places = new ArrayList<>();
        for (int piece = 0; piece < data.size(); piece++) {
            CapturedData one = data.get(piece);
            if (one.part() == Part.ELEMENT
                    && isStrings(call, one.argument())
                    && (places.isEmpty() || data.get(places.getFirst()).argument() == one.argument())) {
                places.add(piece);
            }
        }
        List<CapturedData> changed = List.of();
        List<byte[]> shown = places.isEmpty()
                ? List.of()
                : redactor.arguments(
                        places.stream().map(place -> data.get(place).bytes()).toList());
        for (int index = 0; index < shown.size(); index++) {
            int piece = places.get(index);
            changed = with(changed, data, piece, data.get(piece), shown.get(index));
        }
        return changed;
    }

    /** What has changed so far, empty if nothing has, and this piece with these bytes. */
    private static List<CapturedData> with(
            List<CapturedData> changed, List<CapturedData> data, int piece, CapturedData one, byte[] bytes) {
        if (Arrays.equals(one.bytes(), bytes)) {
            return changed;
        }
        List<CapturedData> all = changed.isEmpty() ? new ArrayList<>(data) : changed;
        all.set(piece, one.with(bytes));
        return all;
    }

    private static boolean isStrings(SyscallCall call, int argument) {
        return call.syscall()
                .pointee(argument)
                .filter(pointee -> pointee.type().equals(Pointee.STRINGS))
                .isPresent();
    }

    private static boolean isText(SyscallCall call, CapturedData piece) {
        return switch (piece.part()) {
            case ELEMENT -> hasText(call, piece);
            case DATA -> isString(call, piece) || isTransferred(call, piece);
            case NAME, CONTROL, VECTOR, COUNT, LINK -> false;
        };
    }

    /** Whether what is pointed to is text: it is not where a struct points to another one. */
    private static boolean hasText(SyscallCall call, CapturedData piece) {
        return call.syscall()
                .pointee(piece.argument(), call.args())
                .filter(pointee -> !pointee.elements(call.syscall()).isEmpty())
                .filter(pointee -> !pointee.type().startsWith("bpf_")) // those point to names
                .isEmpty();
    }

    private static boolean isString(SyscallCall call, CapturedData piece) {
        ParameterKind kind = kind(call, piece);
        return kind == ParameterKind.PATH || kind == ParameterKind.STRING;
    }

    private static @Nullable ParameterKind kind(SyscallCall call, CapturedData piece) {
        List<Parameter> parameters = call.syscall().parameters();
        return piece.argument() < parameters.size()
                ? parameters.get(piece.argument()).in(call.args()).kind()
                : null;
    }

    /**
     * Whether it is bytes, of whatever type, and not a struct: a type that nobody has thought of here is redacted too.
     * Addresses have a way of their own, and the entries of folders are records.
     */
    private static boolean isTransferred(SyscallCall call, CapturedData piece) {
        Optional<Pointee> pointee = call.syscall().pointee(piece.argument(), call.args());
        return pointee.isPresent()
                && switch (pointee.get().type()) {
                    case SOCKET_ADDRESS, "dirent", "dirent64", "bpf_attr" -> false;
                    case "option_filter" -> true; // of another level the option may be anything
                    default -> pointee.get().isBytes();
                };
    }

    private static boolean isAddress(SyscallCall call, CapturedData piece) {
        return piece.part() == Part.NAME || (piece.part() == Part.DATA && pointsTo(call, piece, SOCKET_ADDRESS));
    }

    private static boolean pointsTo(SyscallCall call, CapturedData piece, String type) {
        Optional<Pointee> pointee = call.syscall().pointee(piece.argument(), call.args());
        return pointee.isPresent() && pointee.get().type().equals(type);
    }

    /** The entries of a folder; anything else as it is. */
    private byte[] entries(SyscallCall call, CapturedData piece) {
        boolean old = pointsTo(call, piece, "dirent");
        if (!old && !pointsTo(call, piece, "dirent64")) {
            return piece.bytes();
        }
        int word = old && call.syscall().abi() == Abi.I386 ? Integer.BYTES : Long.BYTES;
        return new FolderEntries(redactor, word, old).redacted(piece.bytes());
    }

    /** What a descriptor is, behind its number. */
    private byte[] link(byte[] link, boolean cut) {
        byte[] shown = redactor.path(Arrays.copyOfRange(link, Part.LINK_HEAD, link.length), cut);
        byte[] all = Arrays.copyOf(link, Part.LINK_HEAD + shown.length);
        System.arraycopy(shown, 0, all, Part.LINK_HEAD, shown.length);
        return all;
    }

    /** A struct sockaddr; that of AF_UNIX has a path, or a name behind a NUL. */
    private byte[] address(byte[] address) {
        int from = FAMILY_BYTES;
        if (address.length <= from || address[0] != AF_UNIX || address[1] != 0) {
            return address;
        }
        from += address[from] == 0 ? 1 : 0;
        int to = from;
        while (to < address.length && address[to] != 0) {
            to++;
        }
        byte[] name = Arrays.copyOfRange(address, from, to);
        byte[] shown = redactor.path(name, false);
        if (Arrays.equals(shown, name)) {
            return address;
        }
        byte[] all = Arrays.copyOf(address, from + shown.length);
        System.arraycopy(shown, 0, all, from, shown.length);
        return all;
    }
}
