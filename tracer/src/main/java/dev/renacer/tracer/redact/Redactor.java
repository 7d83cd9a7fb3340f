// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.redact;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Replaces secrets in what was captured by {@value #MARK}. What a secret looks like is data (secrets.tsv, options.tsv); all
 * patterns are RE2, so that none takes more than linear time on what a hostile program wrote. A text that cannot be
 * looked through is replaced as a whole. A secret that is split over two buffers, or whose beginning was not captured,
 * is not found. Immutable, for any thread.
 */
public final class Redactor {
    /** Stands where a secret was. */
    public static final String MARK = "[redacted]";

    /** Replaces nothing. */
    public static final Redactor NONE = new Redactor(List.of(), List.of());

    private static final byte[] MARK_BYTES = MARK.getBytes(StandardCharsets.ISO_8859_1);

    /** Read when it is first needed. */
    private static final class Known {
        private static final Redactor REDACTOR = new Redactor(Secret.known(), SecretOption.known());
    }

    private final List<Secret> secrets;
    private final List<SecretOption> options;

    private Redactor(List<Secret> secrets, List<SecretOption> options) {
        this.secrets = secrets;
        this.options = options;
    }

    /** Replaces the secrets that are known by their shape. */
    public static Redactor known() {
        return Known.REDACTOR;
    }

    /**
     * As this one, and replaces also what matches one of these patterns (RE2).
     *
     * @throws com.google.re2j.PatternSyntaxException if one is not a regular expression
     */
    public Redactor with(List<String> patterns) {
        return new Redactor(
                Stream.concat(secrets.stream(), patterns.stream().map(Secret::matching))
                        .toList(),
                options);
    }

    /** The text without its secrets: the same array if there are none. */
    public byte[] text(byte[] text) {
        byte[] result = text;
        for (Secret secret : secrets) {
            if (secret.trigger().isIn(result)) {
                result = replaced(secret, result);
            }
        }
        return result;
    }

    /**
     * The arguments of a program without their secrets.
     *
     * @param arguments  as execve(2) takes them: the first is the program's name
     */
    public List<byte[]> arguments(List<byte[]> arguments) {
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

    private static byte[] replaced(Secret secret, byte[] text) {
        try {
            String before = string(text);
            String after = secret.replaceIn(before);
            return after.equals(before) ? text : after.getBytes(StandardCharsets.ISO_8859_1);
        } catch (RuntimeException | StackOverflowError e) {
            return MARK_BYTES;
        }
    }

    private static String string(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
