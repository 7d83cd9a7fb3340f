// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import dev.renacer.tracer.syscall.Pointee.Condition;
import dev.renacer.tracer.syscall.Pointee.Count;
import dev.renacer.tracer.syscall.Pointee.Direction;
import java.util.Optional;

/**
 * Reads the part of an argument in signatures.tsv that stands behind its kind: {@code <bytes#2}, {@code >sockaddr*2}. All of the table is
 * read at each start, so this is no regular expression.
 */
final class PointeeText {
    private final String text;
    private int at;

    private PointeeText(String text) {
        this.text = text;
    }

    /**
     * What the text says.
     *
     * @throws IllegalStateException if it cannot be understood: the build is broken
     */
    static Pointee parse(String text) {
        PointeeText reader = new PointeeText(text);
        Pointee pointee =
                new Pointee(reader.direction(), reader.type(), reader.count(), reader.before(), reader.condition());
        if (reader.at < text.length()) {
            throw reader.unclear();
        }
        return pointee;
    }

    private Direction direction() {
        if (accept("<>^")) {
            return Direction.IN_OUT_ALWAYS;
        }
        if (accept("<>")) {
            return Direction.IN_OUT;
        }
        return switch (next()) {
            case '<' -> Direction.IN;
            case '>' -> Direction.OUT;
            case '!' -> Direction.INTERRUPTED;
            case '+' -> Direction.OUT_IF_POSITIVE;
            default -> throw unclear();
        };
    }

    private String type() {
        int from = at;
        while (at < text.length() && isOfType(text.charAt(at), at == from)) {
            at++;
        }
        if (at == from) {
            throw unclear();
        }
        return text.substring(from, at);
    }

    private static boolean isOfType(char letter, boolean first) {
        return (letter >= 'a' && letter <= 'z')
                || (!first && (letter == '_' || isDigit(letter) || (letter >= 'A' && letter <= 'Z')));
    }

    private Count count() {
        if (accept("#")) {
            return new Count.Argument(digit());
        }
        if (accept("*")) {
            return new Count.PointedTo(digit());
        }
        if (accept("@")) {
            return new Count.Field(digit());
        }
        if (accept("=")) {
            return at < text.length() && isDigit(text.charAt(at))
                    ? new Count.BoundedResult(digit())
                    : new Count.Result();
        }
        if (!accept("[")) {
            return new Count.Constant(1);
        }
        int number = number();
        if (!accept("]")) {
            throw unclear();
        }
        return new Count.Constant(number);
    }

    private int before() {
        if (!accept("+")) {
            return 0;
        }
        return accept("w") ? Pointee.WORD : number();
    }

    private Optional<Condition> condition() {
        if (!accept("?")) {
            return Optional.empty();
        }
        int argument = digit();
        boolean bits = switch (next()) {
            case '=' -> false;
            case '&' -> true;
            default -> throw unclear();
        };
        String value = text.substring(at);
        at = text.length();
        return Optional.of(new Condition(argument, Long.decode(value).intValue(), bits));
    }

    private boolean accept(String expected) {
        boolean here = text.startsWith(expected, at);
        at += here ? expected.length() : 0;
        return here;
    }

    private char next() {
        if (at == text.length()) {
            throw unclear();
        }
        return text.charAt(at++);
    }

    private int digit() {
        char digit = next();
        if (!isDigit(digit)) {
            throw unclear();
        }
        return digit - '0';
    }

    private int number() {
        int from = at;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        if (at == from) {
            throw unclear();
        }
        return Integer.parseInt(text, from, at, 10);
    }

    private static boolean isDigit(char letter) {
        return letter >= '0' && letter <= '9';
    }

    private IllegalStateException unclear() {
        return new IllegalStateException("signatures.tsv: '" + text + "' does not say what an argument points to");
    }
}
