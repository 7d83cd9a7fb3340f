// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import dev.renacer.capture.CodeMapping;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Java's side of the protocol of {@code symbolize/wire.h}. The unwinder is not trusted: a message that is not exactly
 * as specified causes a {@link MalformedException}.
 */
final class UnwinderMessages {
    /** The longest message, including its header. */
    static final int MAX_MESSAGE = 98_304;
    /** The maximum number of modules of an image. */
    static final int MAX_MODULES = 2_048;
    /** The maximum number of images the unwinder knows at a time. */
    static final int MAX_IMAGES = 64;

    private static final int MAGIC = 0x31595352;
    private static final int HEADER = 16;
    private static final int IMAGE = 1;
    private static final int UNWIND = 2;
    private static final int FORGET = 3;
    private static final int FILE = 4;
    private static final int TRACE = 5;
    private static final int NEED_MODULE = 16;
    private static final int NEED_DEBUG = 17;
    private static final int ANSWER = 18;
    private static final int NEED_PERF_MAP = 19;
    private static final int TRACED = 20;
    private static final int MODULE = 32;
    private static final int SYSTEM = 1;
    private static final int RUNTIME = 2;
    private static final int MAX_FRAMES = 128;
    private static final int MAX_TRACE = 256;
    private static final int MAX_TEXT = 1_024;
    private static final int TRACED_FRAME = 24;
    private static final int MAX_BUILD_ID = 64;
    private static final int MAX_NAME = 255;
    private static final int FOUND = 0;
    private static final int LAST_STATUS = 2;
    private static final int NAME_CUT = 1;
    /** By their numbers. */
    private static final List<CallStack.End> ENDS =
            List.of(CallStack.End.OUTERMOST, CallStack.End.CUT, CallStack.End.TOO_MANY, CallStack.End.LOST);

    /** The unwinder violates the protocol. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message);
        }
    }

    /** What the unwinder sends. */
    sealed interface Incoming {
        /** It needs the file of a module. */
        record NeedModule(int image, int module) implements Incoming {}

        /** It needs the separate debug file of a module; build id and name may be empty. */
        record NeedDebug(int image, int module, byte[] buildId, byte[] name) implements Incoming {}

        /** It needs the file that names code which the program generated itself. */
        record NeedPerfMap(int image) implements Incoming {}

        /** It has followed a stack. */
        record Answer(UnwinderAnswer answer) implements Incoming {}

        /** It has followed a whole stack. */
        record Traced(TracedStack stack) implements Incoming {}
    }

    private UnwinderMessages() {}

    /** The code of a process, or what is new in it: the modules from {@code from} on. */
    static byte[] image(int id, List<CodeMapping> modules, int from) {
        byte[] message = message(IMAGE, 8 + (modules.size() - from) * MODULE);
        ByteBuffer payload = payload(message).putInt(id).putInt(modules.size() - from);
        for (CodeMapping module : modules.subList(from, modules.size())) {
            payload.putLong(module.start()).putLong(module.end()).putLong(module.offset());
            payload.putInt(kind(module.path())).putInt(0);
        }
        return message;
    }

    private static int kind(String path) {
        if (SystemModules.contains(path)) {
            return SYSTEM;
        }
        return SystemModules.isRuntime(path) ? RUNTIME : 0;
    }

    /** A stack to follow: the piece of the ring as it is, with the image inserted before the count of registers. */
    static byte[] unwind(int image, byte[] piece) {
        return stack(UNWIND, image, piece);
    }

    /** Likewise one of which every frame is wanted. */
    static byte[] trace(int image, byte[] piece) {
        return stack(TRACE, image, piece);
    }

    private static byte[] stack(int type, int image, byte[] piece) {
        byte[] message = message(type, piece.length);
        payload(message).putInt(image).put(piece, 0, Integer.BYTES).put(piece, 8, piece.length - 8);
        return message;
    }

    /** The image is not needed any more. */
    static byte[] forget(int image) {
        return pair(FORGET, image);
    }

    /** The requested file is sent with this message, or there is none. */
    static byte[] file(boolean found) {
        return pair(FILE, found ? 1 : 0);
    }

    private static byte[] pair(int type, int first) {
        byte[] message = message(type, 8);
        payload(message).putInt(first);
        return message;
    }

    private static byte[] message(int type, int length) {
        byte[] message = new byte[HEADER + length];
        in(message, 0).putInt(MAGIC).putInt(type).putInt(length);
        return message;
    }

    private static ByteBuffer payload(byte[] message) {
        return in(message, HEADER);
    }

    private static ByteBuffer in(byte[] message, int at) {
        return ByteBuffer.wrap(message, at, message.length - at).order(ByteOrder.nativeOrder());
    }

    /** Reads a message. */
    static Incoming read(byte[] bytes, int size) throws MalformedException {
        ByteBuffer message = ByteBuffer.wrap(bytes, 0, size).order(ByteOrder.nativeOrder());
        try {
            int magic = message.getInt();
            int type = message.getInt();
            int length = message.getInt();
            message.getInt();
            require(magic == MAGIC && length == message.remaining(), "a header that does not fit");
            Incoming incoming = switch (type) {
                case NEED_MODULE, NEED_DEBUG, NEED_PERF_MAP -> need(type, message);
                case ANSWER -> answer(message);
                case TRACED -> traced(message);
                default -> throw new MalformedException("a message of type " + type);
            };
            require(!message.hasRemaining(), "a message that is too long");
            return incoming;
        } catch (BufferUnderflowException e) {
            throw new MalformedException("a message that is too short");
        }
    }

    private static Incoming need(int type, ByteBuffer message) throws MalformedException {
        int image = message.getInt();
        int module = message.getInt();
        message.getInt();
        int idLength = Short.toUnsignedInt(message.getShort());
        int nameLength = Short.toUnsignedInt(message.getShort());
        if (type == NEED_MODULE) {
            return new Incoming.NeedModule(image, module);
        }
        if (type == NEED_PERF_MAP) {
            return new Incoming.NeedPerfMap(image);
        }
        require(idLength <= MAX_BUILD_ID && nameLength <= MAX_NAME, "a name that is too long");
        return new Incoming.NeedDebug(image, module, bytes(message, idLength), bytes(message, nameLength));
    }

    private static Incoming answer(ByteBuffer message) throws MalformedException {
        int status = message.getInt();
        int frameCount = message.getInt();
        int line = message.getInt();
        int functionLength = Short.toUnsignedInt(message.getShort());
        int fileLength = Short.toUnsignedInt(message.getShort());
        require(status >= 0 && status <= LAST_STATUS && line >= 0, "an answer that makes no sense");
        require(frameCount > 0 && frameCount <= MAX_FRAMES, "an impossible number of frames");
        require(functionLength <= MAX_TEXT && fileLength <= MAX_TEXT, "a name that is too long");
        List<UnwinderAnswer.Frame> frames = new ArrayList<>(frameCount);
        for (int frame = 0; frame < frameCount; frame++) {
            long address = message.getLong();
            message.getInt(); // the module, which follows from the address
            frames.add(new UnwinderAnswer.Frame(address, message.getInt()));
        }
        Optional<String> function = text(message, functionLength);
        Optional<String> file = text(message, fileLength);
        return new Incoming.Answer(new UnwinderAnswer(
                List.copyOf(frames),
                status == FOUND && (function.isPresent() || file.isPresent())
                        ? Optional.of(new SourceLocation(function, file, line))
                        : Optional.empty()));
    }

    private static Incoming traced(ByteBuffer message) throws MalformedException {
        int end = message.getInt();
        int frameCount = message.getInt();
        require(end >= 0 && end < ENDS.size(), "an end that does not exist");
        require(frameCount > 0 && frameCount <= MAX_TRACE, "an impossible number of frames");
        ByteBuffer names = message.duplicate().order(message.order());
        int frames = message.position();
        require(message.remaining() >= frameCount * TRACED_FRAME, "a message that is too short");
        names.position(frames + frameCount * TRACED_FRAME);
        List<TracedStack.Frame> all = new ArrayList<>(frameCount);
        for (int frame = 0; frame < frameCount; frame++) {
            long address = message.getLong();
            long offset = message.getLong();
            int slot = message.getInt();
            int nameLength = Short.toUnsignedInt(message.getShort());
            boolean cut = (message.getShort() & NAME_CUT) != 0;
            require(nameLength <= MAX_TEXT, "a name that is too long");
            Optional<String> function = text(names, nameLength).map(name -> cut ? name + "..." : name);
            all.add(new TracedStack.Frame(address, slot, function, function.isPresent() ? offset : 0));
        }
        message.position(names.position());
        return new Incoming.Traced(new TracedStack(List.copyOf(all), ENDS.get(end)));
    }

    private static byte[] bytes(ByteBuffer message, int length) {
        byte[] bytes = new byte[length];
        message.get(bytes);
        return bytes;
    }

    private static Optional<String> text(ByteBuffer message, int length) {
        byte[] bytes = bytes(message, length);
        if (length == 0) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder(new String(bytes, StandardCharsets.UTF_8));
        for (int index = 0; index < text.length(); index++) {
            if (Character.isISOControl(text.charAt(index))) {
                text.setCharAt(index, '?');
            }
        }
        return Optional.of(text.toString());
    }

    private static void require(boolean holds, String otherwise) throws MalformedException {
        if (!holds) {
            throw new MalformedException(otherwise);
        }
    }
}
