// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.request;

import dev.renacer.crds.TraceRequest;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.stream.Stream;

/** Decides when a request is looked at again if nothing happens before. */
final class Requeue {
    private static final Duration SOONEST = Duration.ofMillis(1); // zero would mean never

    private Requeue() {}

    /** At the earliest of these times; if there are none, when something happens. */
    static UpdateControl<TraceRequest> at(Instant now, Stream<Instant> times) {
        return times.min(Comparator.naturalOrder())
                .map(at -> Duration.between(now, at))
                .map(delay -> delay.compareTo(SOONEST) > 0 ? delay : SOONEST)
                .map(delay -> UpdateControl.<TraceRequest>noUpdate().rescheduleAfter(delay))
                .orElseGet(UpdateControl::noUpdate);
    }
}
