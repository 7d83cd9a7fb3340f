// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.redact;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
    public static final Redactor NONE = new Redactor(() -> new Rules(List.of(), List.of()));

    private static final Redactor KNOWN = new Redactor(() -> new Rules(Secret.known(), SecretOption.known()));

    private static final byte[] MARK_BYTES = MARK.getBytes(StandardCharsets.ISO_8859_1);

    /** How many texts this process could not look through, and replaced as a whole. */
    private static final AtomicLong UNREAD = new AtomicLong();

    /** What is replaced. */
    private static final class Rules {
        final List<Secret> secrets;
        final List<SecretOption> options;
        /** Of the first of the secrets. */
        final Triggers triggers;
        /** How many these are; those beyond what {@link #triggers} has room for are tried on every text. */
        final int triggered;

        Rules(List<Secret> secrets, List<SecretOption> options) {
            this.secrets = secrets;
            this.options = options;
            triggered = Math.min(secrets.size(), Triggers.MOST);
            triggers = new Triggers(secrets.subList(0, triggered));
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
        return new Redactor(() -> {
            Rules former = rules();
            return new Rules(
                    Stream.concat(former.secrets.stream(), more.stream()).toList(), former.options);
        });
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
        Rules known = rules();
        byte[] result = text;
        // What takes the place of a secret triggers nothing.
        for (long left = known.triggers.in(text); left != 0; left &= left - 1) {
            result = replaced(known.secrets.get(Long.numberOfTrailingZeros(left)), result, cut);
        }
        for (int more = known.triggered; more < known.secrets.size(); more++) {
            result = replaced(known.secrets.get(more), result, cut);
        }
        return result;
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
