// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.api;

import java.security.SecureRandom;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Names requests after what they trace with a random suffix, as {@code kubectl debug} names its pods. */
public final class RequestName {
    private static final int SUFFIX_LENGTH = 5;
    /** What Kubernetes itself draws name suffixes from: no vowels, no digits that look like letters. */
    private static final String SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";
    /** Leaves room for the suffix within a DNS label. */
    private static final int MAX_BASE_LENGTH = 63 - SUFFIX_LENGTH - 1;

    private static final RandomGenerator RANDOM = new SecureRandom();

    private RequestName() {}

    /** Another name for this base each time. */
    public static String of(String base) {
        String label = base.toLowerCase(Locale.ROOT).replace('.', '-');
        String cut = label.length() > MAX_BASE_LENGTH ? label.substring(0, MAX_BASE_LENGTH) : label;
        StringBuilder name = new StringBuilder(cut).append('-');
        for (int i = 0; i < SUFFIX_LENGTH; i++) {
            name.append(SUFFIX_LETTERS.charAt(RANDOM.nextInt(SUFFIX_LETTERS.length())));
        }
        return name.toString();
    }
}
