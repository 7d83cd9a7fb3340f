// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import dev.renacer.crds.ContainerLook;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceStatus;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceTotals;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the agents found when they looked at containers, as a request's status says it. */
final class LookReport {
    /** An object of etcd has at most 1.5 MiB, and a request's status holds other things as well. */
    static final int MOST_BYTES = 256 << 10;

    private LookReport() {}

    /** Whether nothing was to be traced. */
    static boolean isLook(Situation situation) {
        return situation.ending().filter(why -> why.reason() == Reason.Looked).isPresent()
                || situation.traces().stream()
                        .anyMatch(trace -> trace.getSpec().profile().isLook());
    }

    /** What all agents found, deadlocks first; of more than {@link #MOST_BYTES} only which containers there were. Null: nothing. */
    static @Nullable List<ContainerLook> of(Situation situation) {
        if (!situation.over()) {
            return null;
        }
        List<ContainerLook> found = situation.traces().stream()
                .sorted(Comparator.comparing(trace -> trace.getSpec().nodeName()))
                .flatMap(trace -> looks(trace).stream())
                .sorted(Comparator.comparing(look -> !look.hasDeadlock()))
                .toList();
        List<ContainerLook> kept = new ArrayList<>();
        int left = MOST_BYTES;
        for (ContainerLook look : found) {
            int size = Serialization.asJson(look).getBytes(StandardCharsets.UTF_8).length;
            if (size <= left) {
                left -= size;
                kept.add(look);
            } else {
                kept.add(look.emptied("the status of a request holds at most " + (MOST_BYTES >> 10)
                        + " KiB of what was found: look at fewer containers at once"));
            }
        }
        return kept.isEmpty() ? null : kept;
    }

    private static List<ContainerLook> looks(NodeTrace trace) {
        return Optional.ofNullable(trace.getStatus()).map(NodeTraceStatus::looks).orElse(List.of()).stream()
                .map(look -> look.on(trace.getSpec().nodeName()))
                .toList();
    }

    /** What was looked at, in words. */
    static String words(TraceTotals totals) {
        return totals.processes() + (totals.processes() == 1 ? " process of " : " processes of ") + totals.targets()
                + (totals.targets() == 1 ? " container" : " containers")
                + " looked at; nothing was traced or stopped";
    }
}
