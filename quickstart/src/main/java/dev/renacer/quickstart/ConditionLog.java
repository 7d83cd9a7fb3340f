// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

import dev.renacer.crds.TraceRequest;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells what is new in a request's conditions. */
final class ConditionLog {
    /** The condition that tells how a request ended. */
    private static final String SUCCEEDED = "Succeeded";

    private final Map<String, String> told = new HashMap<>();

    /** A line for each condition that is new or whose status or reason changed since the last call. */
    List<String> news(TraceRequest request) {
        List<String> news = new ArrayList<>();
        for (Condition condition : conditions(request)) {
            String state = condition.getStatus() + " " + condition.getReason();
            if (!state.equals(told.put(condition.getType(), state))) {
                news.add("%-9s = %-7s  %s: %s"
                        .formatted(
                                condition.getType(),
                                condition.getStatus(),
                                condition.getReason(),
                                condition.getMessage()));
            }
        }
        return news;
    }

    /** Whether the request is over, well or not. */
    static boolean isOver(@Nullable TraceRequest request) {
        return request != null
                && conditions(request).stream()
                        .anyMatch(condition -> condition.getType().equals(SUCCEEDED)
                                && !condition.getStatus().equals("Unknown"));
    }

    private static List<Condition> conditions(TraceRequest request) {
        return request.getStatus() == null || request.getStatus().conditions() == null
                ? List.of()
                : request.getStatus().conditions();
    }
}
