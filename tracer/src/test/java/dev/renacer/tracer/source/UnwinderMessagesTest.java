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
