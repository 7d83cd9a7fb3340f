// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.metrics;

import dev.renacer.crds.ConditionType;
import dev.renacer.crds.Reason;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.operator.status.Conditions;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How many requests there are.
 *
 * @param byState  each of {@link #STATES}, including those with 0
 * @param nodes    of the active ones together
 */
public record RequestCount(Map<String, Integer> byState, int nodes) {
    /** new: not looked at yet; queued: waits by a policy; active: its window is open; refused; ended. */
    static final List<String> STATES = List.of("new", "queued", "active", "refused", "ended");

    /** Counts. */
    public static RequestCount of(Stream<TraceRequest> requests) {
        Map<String, Integer> byState = new TreeMap<>();
        STATES.forEach(state -> byState.put(state, 0));
        int[] nodes = {0};
        requests.forEach(request -> {
            TraceRequestStatus status = request.getStatus();
            String state = status == null ? "new" : state(status);
            byState.merge(state, 1, Integer::sum);
            if (status != null && state.equals("active") && status.nodes() != null) {
                nodes[0] += status.nodes();
            }
        });
        return new RequestCount(byState, nodes[0]);
    }

    private static String state(TraceRequestStatus status) {
        if (status.completionTime() != null) {
            return "ended";
        }
        Optional<Condition> accepted = Conditions.of(status, ConditionType.Accepted);
        return accepted.map(condition -> switch (condition.getStatus()) {
                    case "True" -> "active";
                    case "False" -> "refused";
                    default -> Reason.Queued.name().equals(condition.getReason()) ? "queued" : "new";
                })
                .orElse("new");
    }
}
