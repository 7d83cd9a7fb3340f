// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.PrintableText;
import dev.renacer.crds.UserText;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two rooms that do not know each other escape foreign text, each in its own notation. They must escape the same characters. */
class ForeignTextTest {
    @Test
    void bothRoomsEscapeTheSameCharacters() {
        List<Integer> escapedOnTerminals = escaped(PrintableText::of);

        assertThat(escapedOnTerminals).hasSizeGreaterThan(2_000).contains((int) '\n', 0x1b, 0x9b, 0x202e, 0xd800);
        assertThat(escaped(UserText::printable)).isEqualTo(escapedOnTerminals);
    }

    private static List<Integer> escaped(UnaryOperator<String> notation) {
        return IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .filter(point -> !notation.apply(Character.toString(point)).equals(Character.toString(point)))
                .boxed()
                .toList();
    }
}
