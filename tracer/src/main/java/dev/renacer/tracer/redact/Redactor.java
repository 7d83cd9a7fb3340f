// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.redact;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Replaces secrets in what was captured by {@value #MARK}. What a secret looks like is data (secrets.tsv, options.tsv); all
 * patterns are RE2, so that none takes more than linear time on what a hostile program wrote. A text that cannot be
 * looked through is replaced as a whole, and counted. A secret that is split over two buffers, or whose beginning was not captured,
 * is not found. Immutable, for any thread.
 */
public final class Redactor {
    /** Stands where a secret was. */
    public static final String MARK = "[redacted]";

    /** Replaces nothing. */
    public static final Redactor NONE = new Redactor(() -> new Rules(List.of(), List.of(), List.of()));

    private static final Redactor KNOWN =
            new Redactor(() -> new Rules(Secret.inText(), Secret.inPaths(), SecretOption.known()));

    /** The variables that name a folder (POSIX), although what is called pwd elsewhere is a password. */
    private static final List<String> FOLDERS = List.of("PWD=", "OLDPWD=");

    private static final byte[] MARK_BYTES = MARK.getBytes(StandardCharsets.ISO_8859_1);

    /** How many texts this process could not look through, and replaced as a whole. */
    private static final AtomicLong UNREAD = new AtomicLong();

    /** Secrets that are looked for together. */
    private static final class Secrets {
        final List<Secret> all;
        /** Of the first of them. */
        final Triggers triggers;
        /** How many these are; those beyond what {@link #triggers} has room for are tried on every text. */
        final int triggered;

        Secrets(List<Secret> all) {
            this.all = all;
            triggered = Math.min(all.size(), Triggers.MOST);
            triggers = new Triggers(all.subList(0, triggered));
        }

        byte[] replaced(byte[] text, boolean cut) {
            byte[] result = text;
            // What takes the place of a secret triggers nothing.
            for (long left = triggers.in(text); left != 0; left &= left - 1) {
                result = Redactor.replaced(all.get(Long.numberOfTrailingZeros(left)), result, cut);
            }
            for (int more = triggered; more < all.size(); more++) {
                result = Redactor.replaced(all.get(more), result, cut);
            }
            return result;
        }
    }

    /** What is replaced. */
    private record Rules(Secrets text, Secrets path, List<SecretOption> options) {
        Rules(List<Secret> text, List<Secret> path, List<SecretOption> options) {
            this(new Secrets(text), new Secrets(path), options);
        }

        Rules with(List<Secret> more) {
            return new Rules(concat(text.all, more), concat(path.all, more), options);
        }

        private static List<Secret> concat(List<Secret> some, List<Secret> more) {
            return Stream.concat(some.stream(), more.stream()).toList();
        }
    }

    private final Supplier<Rules> source;
    /** Read when a first text is looked through, so that what shows none does not wait for it. */
    private volatile @Nullable Rules rules;

    private Redactor(Supplier<Rules> source) {
        this.source = source;
    }

    private Rules rules() {
        Rules known = rules;
        if (known == null) { // threads that come at the same time read the same
            known = source.get();
            rules = known;
        }
        return known;
    }

    /** Replaces the secrets that are known by their shape. */
    public static Redactor known() {
        return KNOWN;
    }

    /**
     * As this one, and replaces also what matches one of these patterns (RE2).
     *
     * @throws com.google.re2j.PatternSyntaxException if one is not a regular expression
     */
    public Redactor with(List<String> patterns) {
        List<Secret> more = patterns.stream().map(Secret::matching).toList();
        return new Redactor(() -> rules().with(more));
    }

    /** The text without its secrets: the same array if there are none. */
    public byte[] text(byte[] text) {
        return text(text, false);
    }

    /**
     * Likewise.
     *
     * @param cut  whether it goes on: then fewer letters of a secret at its end show that it is one
     */
    public byte[] text(byte[] text, boolean cut) {
        return rules().text.replaced(text, cut);
    }

    /**
     * The name of a file without its secrets: a question mark in it begins a query only if that has the form of one.
     *
     * @param cut  whether it goes on
     */
    public byte[] path(byte[] path, boolean cut) {
        return rules().path.replaced(path, cut);
    }

    /**
     * An entry of an environment without its secrets.
     *
     * @param cut  whether it goes on
     */
    public byte[] variable(byte[] entry, boolean cut) {
        for (String name : FOLDERS) {
            // Any other value is none that a shell has put there.
            if (string(entry).startsWith(name + "/")) {
                byte[] folder = Arrays.copyOfRange(entry, name.length(), entry.length);
                byte[] shown = text(folder, cut);
                return Arrays.equals(shown, folder) ? entry : joined(name, shown);
            }
        }
        return text(entry, cut);
    }

    /**
     * A value that has its name elsewhere, without its secrets: all of it is one if the name says so.
     *
     * @param name  with its namespace, if it has one ({@code user.password})
     * @param cut   whether the value goes on
     */
    public byte[] value(byte[] name, byte[] value, boolean cut) {
        String named = string(name);
        String head = named.substring(named.lastIndexOf('.') + 1) + "=";
        byte[] both = joined(head, value);
        byte[] shown = text(both, cut);
        if (Arrays.equals(both, shown)) {
            return value;
        }
        return string(shown).startsWith(head)
                ? Arrays.copyOfRange(shown, head.length(), shown.length)
                : MARK_BYTES.clone();
    }

    private static byte[] joined(String name, byte[] value) {
        return (name + string(value)).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Whether the text has a place where a secret was; or the program itself has written this word. */
    public static boolean isMarked(byte[] text) {
        return string(text).contains(MARK);
    }

    /** How many texts could not be looked through and were replaced as a whole, in this process so far. */
    public static long unread() {
        return UNREAD.get();
    }

    /**
     * The arguments of a program without their secrets.
     *
     * @param arguments  as execve(2) takes them: the first is the program's name
     */
    public List<byte[]> arguments(List<byte[]> arguments) {
        List<SecretOption> options = rules().options;
        if (arguments.isEmpty() || options.isEmpty()) {
            return arguments.stream().map(this::text).toList();
        }
        List<String> texts =
                new ArrayList<>(arguments.stream().map(Redactor::string).toList());
        String program = texts.getFirst().substring(texts.getFirst().lastIndexOf('/') + 1);
        for (SecretOption option : options) {
            if (option.isOf(program)) {
                for (int at = 1; at < texts.size(); at++) {
                    option.replaceIn(texts, at);
                }
            }
        }
        return texts.stream()
                .map(text -> text(text.getBytes(StandardCharsets.ISO_8859_1)))
                .toList();
    }

    private static byte[] replaced(Secret secret, byte[] text, boolean cut) {
        try {
            String before = string(text);
            String after = secret.replaceIn(before, cut);
            return after.equals(before) ? text : after.getBytes(StandardCharsets.ISO_8859_1);
        } catch (RuntimeException | StackOverflowError e) {
            UNREAD.incrementAndGet();
            return MARK_BYTES;
        }
    }

    private static String string(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
