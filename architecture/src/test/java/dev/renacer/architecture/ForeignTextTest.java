// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.capture.PrintableText;
import dev.renacer.crds.UserText;
import dev.renacer.observability.LogFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Two rooms that do not know each other escape foreign text, each in its own notation. They must escape the same characters, and so
 * must the log, to which the programs hand one of them.
 */
class ForeignTextTest {
    private static final LogFormat LOG = new LogFormat(UserText::printable);

    @Test
    void allRoomsEscapeTheSameCharacters() {
        List<Integer> escapedOnTerminals = escaped(PrintableText::of);

        assertThat(escapedOnTerminals).hasSizeGreaterThan(2_000).contains((int) '\n', 0x1b, 0x9b, 0x202e, 0xd800);
        assertThat(escaped(UserText::printable)).isEqualTo(escapedOnTerminals);
        assertThat(escaped(ForeignTextTest::logged)).isEqualTo(escapedOnTerminals);
    }

    @Test
    void noLogEntryTurnsTheTerminalOrTheDirectionOfWriting() {
        LogRecord entry = new LogRecord(Level.INFO, "\u009b31m one \u202etwo\u2028three");
        entry.setThrown(new IllegalStateException("\u009b2J"));

        assertThat(LOG.format(entry))
                .contains(" \\u009b31m one \\u202etwo | three error=\"IllegalStateException: \\u009b2J\"");
    }

    /** Within an entry, since blanks at its ends are stripped. */
    private static String logged(String text) {
        String entry = LOG.format(new LogRecord(Level.INFO, "<" + text + ">"));
        return entry.substring(entry.indexOf('<') + 1, entry.lastIndexOf('>'));
    }

    private static List<Integer> escaped(UnaryOperator<String> notation) {
        return IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .filter(point -> !notation.apply(Character.toString(point)).equals(Character.toString(point)))
                .boxed()
                .toList();
    }
}
