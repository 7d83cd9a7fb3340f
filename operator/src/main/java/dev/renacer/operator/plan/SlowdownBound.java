// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.plan;

import dev.renacer.crds.NodeTraceSpec.Profile;
import java.util.Objects;
import java.util.Optional;

/**
 * How much a container may be slowed down, and what happens when it is slowed down more.
 *
 * @param percent     100 means twice as long
 * @param onExceeded  {@code Detach} or {@code DutyCycle}
 * @param policy      name of the TracePolicy that sets the percentage; empty: the request itself does
 */
public record SlowdownBound(int percent, String onExceeded, Optional<String> policy) {
    /** What happens where nobody says. */
    static final String DETACH = "Detach";

    /** What holds for a trace whose profile is made: its policy may have changed since, and is named only if it still says the same. */
    public static Optional<SlowdownBound> inForce(Profile profile, Optional<SlowdownBound> now) {
        return Optional.ofNullable(profile.maxSlowdownPercent())
                .map(percent -> new SlowdownBound(
                        percent, Objects.requireNonNullElse(profile.onExceeded(), DETACH), Optional.empty()))
                .map(held -> now.filter(bound -> bound.percent() == held.percent()
                                && bound.onExceeded().equals(held.onExceeded()))
                        .orElse(held));
    }

    /** A sentence's part for whoever reads a status. */
    public String words() {
        String whose = policy.map(name -> " (TracePolicy \"" + name + "\")").orElse("");
        return Profile.DUTY_CYCLE.equals(onExceeded)
                ? "what is slowed down by more than " + percent + " % is traced only part of the time" + whose
                : "a container that is slowed down by more than " + percent + " % is detached" + whose;
    }
}
