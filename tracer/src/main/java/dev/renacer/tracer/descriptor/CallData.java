// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import dev.renacer.capture.ByteText;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.descriptor.address.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads what calls that change descriptors were given or have written, as far as the core has read it, and makes their
 * paths absolute.
 */
final class CallData {
    static final int AT_FDCWD = -100;

    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    /** struct cmsghdr of 64-bit programs: length, level, type; the data follow, the next one is aligned to 8. */
    private static final int WIDE_HEADER = 16;

    /** The same of 32-bit programs: the length has 4 bytes. */
    private static final int NARROW_HEADER = 12;

    private CallData() {}

    /** The address an argument points to; empty if it was not read completely. */
    static Optional<SocketAddress> address(SyscallCall call, int argument) {
        return address(call, argument, Part.DATA);
    }

    /** The address in this part of an argument, likewise. */
    static Optional<SocketAddress> address(SyscallCall call, int argument, Part part) {
        return last(call, argument, part)
                .filter(data -> data.readable() && !data.cut())
                .flatMap(data -> SocketAddress.parse(data.bytes()));
    }

    /** The two numbers that pipe(2) or socketpair(2) wrote; empty if they were not read. */
    static Optional<int[]> pair(SyscallCall call, int argument) {
        return last(call, argument, Part.DATA)
                .filter(data -> data.readable() && data.bytes().length >= 2 * Integer.BYTES)
                .map(data -> {
                    ByteBuffer ints = littleEndian(data.bytes());
                    return new int[] {ints.getInt(), ints.getInt()};
                });
    }

    /** The 64 bits an argument points to first, such as the flags of openat2(2); empty if they were not read. */
    static OptionalLong word(SyscallCall call, int argument) {
        Optional<CapturedData> data =
                call.data(argument).filter(struct -> struct.readable() && struct.bytes().length >= Long.BYTES);
        return data.isPresent()
                ? OptionalLong.of(littleEndian(data.get().bytes()).getLong())
                : OptionalLong.empty();
    }

    /** The descriptors that the control messages of a received message have brought. */
    static List<Integer> received(SyscallCall call, int argument, boolean narrow) {
        List<Integer> numbers = new ArrayList<>();
        for (CapturedData data : call.data()) {
            if (data.argument() == argument && data.part() == Part.CONTROL && data.atExit() && data.readable()) {
                addReceived(numbers, littleEndian(data.bytes()), narrow ? NARROW_HEADER : WIDE_HEADER);
            }
        }
        return numbers;
    }

    private static void addReceived(List<Integer> numbers, ByteBuffer messages, int header) {
        int at = 0;
        while (at + header <= messages.capacity()) {
            int length = messages.getInt(at);
            int level = messages.getInt(at + header - 2 * Integer.BYTES);
            int type = messages.getInt(at + header - Integer.BYTES);
            if (length < header) {
                return;
            }
            int end = (int) Math.min((long) at + length, messages.capacity());
            if (level == SOL_SOCKET && type == SCM_RIGHTS) {
                for (int item = at + header; item + Integer.BYTES <= end; item += Integer.BYTES) {
                    numbers.add(messages.getInt(item));
                }
            }
            int word = header == WIDE_HEADER ? Long.BYTES : Integer.BYTES;
            at = end + (word - length % word) % word;
        }
    }

    /**
     * What a descriptor was when the call returned that has made it; empty if that was not read.
     *
     * @param number  of it, or {@link #AT_FDCWD}
     * @param paths   whether the paths of /proc are those that the process sees
     */
    static Optional<Descriptor> link(SyscallCall call, int number, boolean paths) {
        List<CapturedData> pieces = call.data();
        for (int at = 0; at < pieces.size(); at++) {
            CapturedData data = pieces.get(at);
            if (data.part() == Part.LINK
                    && data.readable()
                    && data.bytes().length > Part.LINK_HEAD
                    && littleEndian(data.bytes()).getInt() == number) {
                return data.cut()
                        ? Optional.empty()
                        : ProcDescriptors.of(linkText(data.bytes()), "/")
                                .filter(what -> paths || !(what instanceof Descriptor.File));
            }
        }
        return Optional.empty();
    }

    private static String linkText(byte[] bytes) {
        return text(Arrays.copyOfRange(bytes, Part.LINK_HEAD, bytes.length));
    }

    /** What an argument points to when the call had returned, or else when it was made. */
    private static Optional<CapturedData> last(SyscallCall call, int argument, Part part) {
        CapturedData found = null;
        for (CapturedData data : call.data()) {
            if (data.argument() == argument && data.part() == part) {
                found = data;
            }
        }
        return Optional.ofNullable(found);
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN); // that of both processors
    }

    /** The string an argument points to; null if it was not read completely. */
    static @Nullable String string(SyscallCall call, int argument) {
        List<CapturedData> pieces = call.data();
        for (int at = 0; at < pieces.size(); at++) {
            CapturedData data = pieces.get(at);
            if (data.argument() == argument && data.part() == CapturedData.Part.DATA && !data.atExit()) {
                return data.readable() && !data.cut() ? data.text() : null;
            }
        }
        return null;
    }

    /**
     * The absolute path: of {@code path} as seen from a folder. Links are not followed, so {@code ..} stays where it is
     * behind a part that may be one.
     *
     * @param folder  what a relative path begins at; null: not known
     */
    static Optional<String> absolute(String path, @Nullable Descriptor folder) {
        if (path.startsWith("/")) {
            return Optional.of(path);
        }
        if (!(folder instanceof Descriptor.File file) || file.deleted()) {
            return Optional.empty();
        }
        if (path.isEmpty() || path.equals(".")) {
            return Optional.of(file.path());
        }
        String rest = path;
        while (rest.startsWith("./")) {
            rest = rest.substring(2);
        }
        return Optional.of(file.path().endsWith("/") ? file.path() + rest : file.path() + "/" + rest);
    }

    /** As {@link ByteText}. */
    static String text(byte[] bytes) {
        return ByteText.decode(bytes);
    }
}
