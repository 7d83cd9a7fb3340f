// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.request;

import dev.renacer.crds.TraceNodeStatus;
import dev.renacer.crds.TraceRequestSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * What an agent must be able to do for a request to be given to it: one that does not know a field passes it over, and would do
 * something else than what is asked for.
 *
 * @param name     of {@link TraceNodeStatus.Features}
 * @param message  why a container on the node of an agent without it is left out
 */
record NeededFeature(String name, String message) {
    /** All that this request takes, in the order in which their lack is told. */
    static List<NeededFeature> of(TraceRequestSpec spec) {
        List<NeededFeature> needed = new ArrayList<>();
        if (spec.isLook()) {
            needed.add(new NeededFeature(
                    TraceNodeStatus.LOOKS,
                    unknown("spec.mode") + "one that does not know it would trace the container"));
        }
        if (spec.paths() != null || spec.peers() != null) {
            needed.add(new NeededFeature(
                    TraceNodeStatus.PATHS_AND_PEERS,
                    unknown("spec.paths and spec.peers")
                            + "one that does not know them would make spans of all calls"));
        }
        if (spec.traceParent() != null) {
            needed.add(new NeededFeature(
                    TraceNodeStatus.TRACE_PARENT,
                    unknown("spec.traceParent")
                            + "one that does not know it would put the spans into traces of their own"));
        }
        if (TraceRequestSpec.KEEP_UNSAMPLED.equals(spec.unsampled())) {
            needed.add(new NeededFeature(
                    TraceNodeStatus.UNSAMPLED,
                    unknown("spec.unsampled")
                            + "one that does not know it would leave out the calls that are to be kept"));
        }
        if (spec.sampling() != null) {
            needed.add(new NeededFeature(
                    TraceNodeStatus.SAMPLING,
                    unknown("spec.sampling") + "one that does not know it would make spans of all calls"));
        }
        return List.copyOf(needed);
    }

    private static String unknown(String fields) {
        return "The node's agent has not said that it knows " + fields + "; ";
    }
}
