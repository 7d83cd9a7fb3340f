// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds.pattern;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The maximum number of instructions to which RE2 compiles an expression, computed from its text in one pass: the
 * library reports it only after compiling, which is what must be avoided. Never too low; for an invalid expression the
 * number is meaningless. Rules as in RE2's {@code simplify} and {@code compile}: {@code x{n,m}} is m copies of x, a
 * group adds two instructions, an alternative and an optional part one.
 */
final class PatternSize {
    /** The failing instruction, the match, and the group of the whole. */
    private static final long FRAME = 5;

    private static final long UNBOUNDED = Integer.MAX_VALUE;
    private static final Pattern COUNTS = Pattern.compile("\\{(\\d{1,9})(,(\\d{0,9}))?}");
    private static final Pattern BRACED = Pattern.compile("\\\\[xpP]\\{[^}]*}");
    private static final Pattern FLAGS = Pattern.compile("\\(\\?[a-zA-Z-]*\\)");
    private static final Pattern NAMED_CLASS = Pattern.compile("\\[:.*?:]");

    private final String text;
    private final Deque<Group> open = new ArrayDeque<>();
    private int at;

    /** The part of a group read so far, and its last item, which a repetition would repeat. */
    private static final class Group {
        private long before;
        private long last;

        void add(long size) {
            before = Math.min(UNBOUNDED, before + last);
            last = size;
        }

        void repeat(long times) {
            last = Math.min(UNBOUNDED, Math.max(1, times) * (last + 1));
        }

        long size() {
            return Math.min(UNBOUNDED, before + last);
        }
    }

    private PatternSize(String text) {
        this.text = text;
    }

    /** The upper bound; at most {@link Integer#MAX_VALUE}. */
    static long of(String expression) {
        return new PatternSize(expression).measure();
    }

    private long measure() {
        open.push(new Group());
        while (at < text.length()) {
            step();
        }
        long size = FRAME;
        for (Group group : open) {
            size += group.size() + 2;
        }
        return Math.min(UNBOUNDED, size);
    }

    private void step() {
        Group group = open.element();
        char c = text.charAt(at);
        switch (c) {
            case '\\' -> escape(group);
            case '[' -> {
                at = endOfClass(at);
                group.add(1);
            }
            case '(' -> {
                Matcher flags = FLAGS.matcher(text).region(at, text.length());
                if (flags.lookingAt()) {
                    // A repetition after it repeats what is before it.
                    at = flags.end();
                } else {
                    open.push(new Group());
                    at++;
                }
            }
            case ')' -> {
                at++;
                if (open.size() > 1) {
                    long inner = open.pop().size();
                    // An empty group is still an instruction.
                    open.element().add(inner + 3);
                }
            }
            case '{' -> counted(group);
            case '*', '+', '?' -> {
                group.repeat(1);
                at++;
            }
            default -> {
                // An alternative costs its branch, and if it is empty, the instruction that stands for nothing.
                group.add(c == '|' ? 2 : 1);
                at++;
            }
        }
    }

    private void escape(Group group) {
        if (text.startsWith("\\Q", at)) {
            int end = text.indexOf("\\E", at + 2);
            int stop = end < 0 ? text.length() : end;
            for (int i = at + 2; i < stop; i++) {
                group.add(1);
            }
            at = end < 0 ? stop : end + 2;
            return;
        }
        group.add(1);
        at = endOfEscape(at);
    }

    private int endOfEscape(int from) {
        Matcher braced = BRACED.matcher(text).region(from, text.length());
        return braced.lookingAt() ? braced.end() : Math.min(text.length(), from + 2);
    }

    private void counted(Group group) {
        Matcher counts = COUNTS.matcher(text).region(at, text.length());
        if (!counts.lookingAt()) {
            group.add(1);
            at++;
            return;
        }
        long least = Long.parseLong(counts.group(1));
        String most = counts.group(3);
        group.repeat(Math.max(least, most == null || most.isEmpty() ? least : Long.parseLong(most)));
        at = counts.end();
    }

    /** The position after the class that begins here; a bracket directly at its beginning is one of its characters. */
    private int endOfClass(int from) {
        int next = from + 1;
        if (next < text.length() && text.charAt(next) == '^') {
            next++;
        }
        boolean first = true;
        while (next < text.length()) {
            char c = text.charAt(next);
            if (c == ']' && !first) {
                return next + 1;
            }
            first = false;
            Matcher named = NAMED_CLASS.matcher(text).region(next, text.length());
            if (c == '\\') {
                next = endOfEscape(next);
            } else if (named.lookingAt()) {
                next = named.end();
            } else {
                next++;
            }
        }
        return next;
    }
}
