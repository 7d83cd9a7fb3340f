// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds.pattern;

import dev.renacer.crds.Reason;
import dev.renacer.crds.UserText;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether the regular expressions of a request can be used; the operator checks this before an agent sees them, and the
 * agent checks it again.
 */
public final class PatternRules {
    private PatternRules() {}

    /**
     * Why a request cannot be carried out.
     *
     * @param message  the field and what is wrong with it, in one line of bounded length
     */
    public record Refusal(Reason reason, String message) {}

    /**
     * Judges both fields.
     *
     * @param process   {@code spec.process}
     * @param syscalls  {@code spec.syscalls}; only its /…/ items are looked at; only the agents know the names
     */
    public static Optional<Refusal> refusal(@Nullable String process, @Nullable List<String> syscalls) {
        if (process != null && !process.isEmpty()) {
            Optional<String> wrong = wrong(process);
            if (wrong.isPresent()) {
                return Optional.of(new Refusal(
                        Reason.InvalidProcessPattern,
                        "spec.process \"" + UserText.quoted(process) + "\" " + wrong.get()));
            }
        }
        return Objects.requireNonNullElse(syscalls, List.<String>of()).stream()
                .flatMap(item -> ofItem(item).stream())
                .findFirst();
    }

    private static Optional<Refusal> ofItem(String item) {
        int slash = item.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        Optional<String> wrong = item.indexOf("/,", slash + 1) >= 0
                ? Optional.of("contains more than one expression: give each an entry of its own")
                : wrong(expression(item, slash));
        return wrong.map(
                why -> new Refusal(Reason.UnknownSyscall, "spec.syscalls: \"" + UserText.quoted(item) + "\" " + why));
    }

    private static String expression(String item, int slash) {
        int end = item.endsWith("/") && item.length() - 1 > slash ? item.length() - 1 : item.length();
        return item.substring(slash + 1, end);
    }

    private static Optional<String> wrong(String expression) {
        try {
            TenantPattern.of(expression);
            return Optional.empty();
        } catch (TenantPattern.InvalidException e) {
            return Optional.of(Objects.requireNonNull(e.getMessage()));
        }
    }
}
