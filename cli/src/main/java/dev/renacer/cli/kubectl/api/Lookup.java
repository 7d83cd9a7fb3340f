// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.api;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What asking the API server for something gave: it, nothing, or no answer for lack of rights. */
public sealed interface Lookup<T> {
    /** It is there. */
    record Found<T>(T value) implements Lookup<T> {}

    /** It is not there. */
    record Absent<T>() implements Lookup<T> {}

    /** This user may not see. */
    record Unreadable<T>(String why) implements Lookup<T> {}

    /** Asks. What is neither an answer nor a refusal is thrown. */
    static <T> Lookup<T> of(Supplier<? extends @Nullable T> question) {
        try {
            T value = question.get();
            return value == null ? new Absent<>() : new Found<>(value);
        } catch (KubernetesClientException e) {
            return switch (e.getCode()) {
                case 403 -> new Unreadable<>(ApiFailures.reason(e));
                case 404 -> new Absent<>();
                default -> throw e;
            };
        }
    }

    /** The value, if it was found. */
    default Optional<T> found() {
        return this instanceof Found<T>(T value) ? Optional.of(value) : Optional.empty();
    }
}
