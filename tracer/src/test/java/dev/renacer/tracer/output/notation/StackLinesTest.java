// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.notation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.CallStack.End;
import dev.renacer.tracer.source.CallStack.Frame;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StackLinesTest {
    private static final Frame WRITE =
            new Frame(Optional.of("/usr/lib/libc.so.6"), 0xf5a84, Optional.of("__write"), 0x14);
    private static final Frame NAMELESS = new Frame(Optional.of("/bin/ls"), 0x61f1, Optional.empty(), 0);
    private static final Frame NOWHERE = new Frame(Optional.empty(), 0x7f0000001000L, Optional.empty(), 0);

    @Test
    void aFrameIsALineAsStraceWritesIt() {
        assertThat(lines(End.OUTERMOST, WRITE, NAMELESS))
                .isEqualTo(" > /usr/lib/libc.so.6(__write+0x14) [0xf5a84]\n > /bin/ls() [0x61f1]\n");
    }

    @Test
    void anAddressInNoFileIsToldAsStraceDoes() {
        assertThat(lines(End.LOST, NAMELESS, NOWHERE))
                .isEqualTo(" > /bin/ls() [0x61f1]\n > unexpected_backtracing_error [0x7f0000001000]\n");
    }

    @Test
    void whyThereAreNoMoreFramesIsTold() {
        assertThat(lines(End.CUT, NAMELESS)).endsWith("\n > the stack goes on; no more of it was copied\n");
        assertThat(lines(End.TOO_MANY, NAMELESS)).endsWith("\n > too many stack frames\n");
        assertThat(lines(End.LOST, NAMELESS)).endsWith("\n > the caller cannot be found\n");
        assertThat(lines(End.NARROW)).isEqualTo(" > no stack: those of 32-bit programs are not followed\n");
    }

    @Test
    void whatIsNoPrintableAsciiIsEscaped() {
        Frame odd = new Frame(Optional.of("/a\033[31m\"b"), 1, Optional.of("main.\u00b7f"), 0);

        assertThat(lines(End.OUTERMOST, odd)).isEqualTo(" > /a\\33[31m\\\"b(main.\\302\\267f+0x0) [0x1]\n");
    }

    private static String lines(End end, Frame... frames) {
        StringBuilder out = new StringBuilder();
        StackLines.append(out, new CallStack(List.of(frames), end));
        return out.toString();
    }
}
