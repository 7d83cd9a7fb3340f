// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.tracer.source.UnwinderMessages.Incoming;
import dev.renacer.tracer.source.UnwinderMessages.MalformedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnwinderMessagesTest {
    private static final int ANSWER = 18;

    @Test
    void anAnswerIsRead() throws MalformedException {
        byte[] message = answer(0, 2, 7, "greet", "/src/hello.c");
        Incoming read = UnwinderMessages.read(message, message.length);

        assertThat(read).isInstanceOfSatisfying(Incoming.Answer.class, answer -> {
            assertThat(answer.answer().frames())
                    .containsExactly(new UnwinderAnswer.Frame(0x1000, 0), new UnwinderAnswer.Frame(0x1001, 8));
            assertThat(answer.answer().location())
                    .contains(new SourceLocation(Optional.of("greet"), Optional.of("/src/hello.c"), 7));
        });
    }

    @Test
    void controlCharactersOfNamesAreReplaced() throws MalformedException {
        byte[] message = answer(0, 1, 1, "a\033[31mb\n", "");
        Incoming.Answer read = (Incoming.Answer) UnwinderMessages.read(message, message.length);

        assertThat(read.answer().location().orElseThrow().function()).contains("a?[31mb?");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 15, 16, 31, 40})
    void aMessageCutShortIsRefused(int size) {
        byte[] message = answer(0, 2, 7, "greet", "hello.c");

        assertThatThrownBy(() -> UnwinderMessages.read(message, size)).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 129, Integer.MAX_VALUE})
    void aNumberOfFramesThatCannotBeIsRefused(int frames) {
        byte[] message = answer(0, 1, 7, "greet", "hello.c");
        ByteBuffer.wrap(message).order(ByteOrder.nativeOrder()).putInt(20, frames);

        assertThatThrownBy(() -> UnwinderMessages.read(message, message.length)).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 19, -1})
    void anotherTypeIsRefused(int type) {
        byte[] message = answer(0, 1, 7, "greet", "hello.c");
        ByteBuffer.wrap(message).order(ByteOrder.nativeOrder()).putInt(4, type);

        assertThatThrownBy(() -> UnwinderMessages.read(message, message.length)).isInstanceOf(MalformedException.class);
    }

    @Test
    void anythingBehindTheAnswerIsRefused() {
        byte[] message = answer(0, 1, 7, "greet", "hello.c");
        ByteBuffer.wrap(message).order(ByteOrder.nativeOrder()).putShort(28, (short) 1); // of the function's five bytes

        assertThatThrownBy(() -> UnwinderMessages.read(message, message.length)).isInstanceOf(MalformedException.class);
    }

    @Test
    void aWholeStackIsRead() throws MalformedException {
        byte[] message = traced(1, 2, "greet", 1, "");
        Incoming read = UnwinderMessages.read(message, message.length);

        assertThat(read).isInstanceOfSatisfying(Incoming.Traced.class, traced -> {
            assertThat(traced.stack().end()).isEqualTo(CallStack.End.CUT);
            assertThat(traced.stack().frames())
                    .containsExactly(
                            new TracedStack.Frame(0x1000, 0, Optional.of("greet..."), 7),
                            new TracedStack.Frame(0x1001, 8, Optional.empty(), 0));
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 257, Integer.MAX_VALUE})
    void aStackOfANumberOfFramesThatCannotBeIsRefused(int frames) {
        byte[] message = traced(0, 2, "greet", 0, "main");
        ByteBuffer.wrap(message).order(ByteOrder.nativeOrder()).putInt(20, frames);

        assertThatThrownBy(() -> UnwinderMessages.read(message, message.length)).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 4})
    void aStackWithAnotherEndIsRefused(int end) {
        byte[] message = traced(end, 1, "greet", 0, "");

        assertThatThrownBy(() -> UnwinderMessages.read(message, message.length)).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 23, 24, 47, 71, 76})
    void aStackCutShortIsRefused(int size) {
        byte[] message = traced(0, 2, "greet", 0, "");

        assertThatThrownBy(() -> UnwinderMessages.read(message, size)).isInstanceOf(MalformedException.class);
    }

    @Test
    void namesLongerThanTheirStackAreRefused() {
        byte[] message = traced(0, 1, "greet", 0, "");
        ByteBuffer.wrap(message).order(ByteOrder.nativeOrder()).putShort(44, (short) 6);

        assertThatThrownBy(() -> UnwinderMessages.read(message, message.length)).isInstanceOf(MalformedException.class);
    }

    /** A stack of up to two frames with these functions; the flags are those of the first. */
    private static byte[] traced(int end, int frames, String first, int flags, String second) {
        int length = 8 + 24 * frames + first.length() + second.length();
        ByteBuffer message = ByteBuffer.wrap(new byte[16 + length]).order(ByteOrder.nativeOrder());
        message.putInt(0x31595352).putInt(20).putInt(length).putInt(0);
        message.putInt(end).putInt(frames);
        for (int frame = 0; frame < frames; frame++) {
            String name = frame == 0 ? first : second;
            message.putLong(0x1000 + frame).putLong(7).putInt(8 * frame);
            message.putShort((short) name.length()).putShort((short) (frame == 0 ? flags : 0));
        }
        byte[] bytes = new byte[message.capacity()];
        message.put(first.getBytes(StandardCharsets.UTF_8)).put(second.getBytes(StandardCharsets.UTF_8));
        message.rewind().get(bytes);
        return bytes;
    }

    private static byte[] answer(int status, int frames, int line, String function, String file) {
        int length = 16 + 16 * frames + function.length() + file.length();
        ByteBuffer message = ByteBuffer.wrap(new byte[16 + length]).order(ByteOrder.nativeOrder());
        message.putInt(0x31595352).putInt(ANSWER).putInt(length).putInt(0);
        message.putInt(status).putInt(frames).putInt(line);
        message.putShort((short) function.length()).putShort((short) file.length());
        for (int frame = 0; frame < frames; frame++) {
            message.putLong(0x1000 + frame).putInt(0).putInt(8 * frame);
        }
        byte[] bytes = new byte[message.capacity()];
        message.put(function.getBytes(StandardCharsets.UTF_8)).put(file.getBytes(StandardCharsets.UTF_8));
        message.rewind().get(bytes);
        return bytes;
    }
}
