// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TenantPatternTest {
    private static final String[] PIECES = {
        "a",
        "b",
        "é",
        "😀",
        ".",
        "^",
        "$",
        "|",
        "(",
        ")",
        "(?:",
        "(?i)",
        "(?P<n>",
        "[ab]",
        "[^]a]",
        "[]]",
        "[[:alpha:](]",
        "[\\])]",
        "[)]",
        "[a(]",
        "[\\p{L}{9}]",
        "\\d",
        "\\pL",
        "\\p{Greek}",
        "\\x{1F600}",
        "\\x41",
        "\\(",
        "\\)",
        "\\[",
        "\\{",
        "\\Q(\\E",
        "\\Q)a{9}\\E",
        "\\b",
        "*",
        "+",
        "?",
        "*?",
        "{2}",
        "{3,}",
        "{0}",
        "{0,4}",
        "{2,5}?",
        "{,3}",
        "{",
        "}",
        "{12}"
    };

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(((((a{1,100}){1,100}){1,100}){1,100}){1,100}){1,100}",
                "((a{1000}){1000}){1000}",
                "(?:[a-z]{500}){500}",
                "(a|b{999}){999}",
                "((((((((((((((((((((x{2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}",
                "(\\Q)\\E{999}a{999}){999}",
                "([)]{9}a{999}){999}",
                "(?i:(?:\\pL{999}){999})",
                "a{1000}",
            })
    void anExpressionThatWouldFillTheMemoryIsRefusedUncompiled(String expression) {
        assertThatThrownBy(() -> TenantPattern.of(expression))
                .isInstanceOf(TenantPattern.InvalidException.class)
                .hasMessage(
                        "repeats too much: written out, as RE2 does, it has more than 1000 steps; lower the numbers in"
                                + " braces, or leave inner ones out");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^(nginx|redis-server|postgres)$",
                "[a-z]{1,15}",
                "^[[:alnum:]_.-]{1,15}$",
                "\\x{1000}\\x{10FFFF}",
                "\\p{Greek}+",
                "java|python3?|node",
                "([0-9]{1,3}\\.){3}[0-9]{1,3}",
            })
    void whatPeopleWriteIsTaken(String expression) throws Exception {
        assertThat(TenantPattern.of(expression)).hasToString(expression);
    }

    @Test
    void withoutCountedRepetitionsNoExpressionOfARequestIsTooLarge() throws Exception {
        for (String piece : new String[] {"a", "|", "a?", "()", "(a)", "a|", "[a]", "(a|)*", "\\pL", "(?:a)?"}) {
            assertThat(TenantPattern.of(piece.repeat(256 / piece.length())).instructions())
                    .as(piece)
                    .isLessThanOrEqualTo(TenantPattern.MOST_INSTRUCTIONS);
        }
    }

    @Test
    void isFoundAnywhereInTheName() throws Exception {
        assertThat(TenantPattern.of("gin").isFoundIn("nginx")).isTrue();
        assertThat(TenantPattern.of("^gin").isFoundIn("nginx")).isFalse();
    }

    @Test
    void whatIsNoExpressionIsRefusedInOnePrintableLine() {
        assertThatThrownBy(() -> TenantPattern.of("(?=\u001b[31m\n)"))
                .isInstanceOf(TenantPattern.InvalidException.class)
                .hasMessageStartingWith("is not a regular expression in RE2's syntax: ")
                .hasMessageEndingWith("; it has no look-around and no back-references")
                .message()
                .doesNotContain("\u001b", "\n");
    }

    /** Whatever RE2 compiles has at most the instructions that were foretold. */
    @Test
    void theSizeIsNeverForetoldTooLow() {
        Random random = new Random(20261128);
        int compiled = 0;
        for (int i = 0; i < 30_000; i++) {
            String expression = random.ints(1 + random.nextInt(14), 0, PIECES.length)
                    .mapToObj(piece -> PIECES[piece])
                    .collect(Collectors.joining());
            long foretold = PatternSize.of(expression);
            if (foretold > 100_000) {
                continue;
            }
            try {
                assertThat((long) Pattern.compile(expression).programSize())
                        .as(expression)
                        .isLessThanOrEqualTo(foretold);
                compiled++;
            } catch (PatternSyntaxException _) {
                // Nothing was compiled.
            }
        }
        assertThat(compiled).isGreaterThan(1_000);
    }
}
