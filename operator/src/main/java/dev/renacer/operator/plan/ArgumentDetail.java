// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import dev.renacer.crds.NodeTraceSpec.Profile;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How much spans say of their calls' arguments, from the least to the most. */
public enum ArgumentDetail {
    /** Nothing. */
    NONE("None"),
    /** Paths, descriptors, peers and numbers. */
    NAMES("Names"),
    /** Also what is read and written, and the arguments and environment of programs that are executed. */
    FULL("Full");

    private final String value;

    ArgumentDetail(String value) {
        this.value = value;
    }

    /** The value as objects have it. */
    public String value() {
        return value;
    }

    /** What a request asks for; empty if it does not say. Anything unknown, which no API server lets pass, asks for nothing. */
    static Optional<ArgumentDetail> asked(@Nullable String value) {
        return Optional.ofNullable(value).map(ArgumentDetail::of);
    }

    /** What a policy allows; names if it does not say. */
    static ArgumentDetail allowed(@Nullable String value) {
        return value == null ? NAMES : of(value);
    }

    /** What holds for a trace whose profile is made. */
    public static ArgumentDetail inForce(Profile profile) {
        return profile.arguments() == null ? NONE : of(profile.arguments());
    }

    private static ArgumentDetail of(String value) {
        return Arrays.stream(values())
                .filter(detail -> detail.value.equals(value))
                .findFirst()
                .orElse(NONE);
    }

    /** A sentence's part for whoever reads a status. */
    public String words() {
        return switch (this) {
            case NONE -> "spans say nothing of their calls' arguments";
            case NAMES -> "spans name files, descriptors and peers";
            case FULL -> "spans show their calls' arguments and what was read and written";
        };
    }
}
