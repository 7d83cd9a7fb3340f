// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import dev.renacer.crds.NodeTrace;
import dev.renacer.operator.plan.SlowdownBound;
import dev.renacer.operator.plan.TargetPlan;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known about an accepted request at one moment.
 *
 * @param namespace   of the request
 * @param generation  of the request's spec
 * @param startTime   when it was accepted
 * @param deadline    when its window ends
 * @param plan        what should be traced
 * @param traces      the NodeTraces with what the agents reported
 * @param sink        name of the sink the spans go to
 * @param policies    names of the policies that were applied
 * @param bound       the slowdown bound
 * @param silent      nodes whose agent is absent or does not report, each with what the user can do about it
 * @param ending      why it ends, once it does
 * @param over        whether every agent is done, or has been waited for long enough
 */
public record Situation(
        Instant now,
        String namespace,
        long generation,
        Instant startTime,
        Instant deadline,
        TargetPlan plan,
        List<NodeTrace> traces,
        String sink,
        List<String> policies,
        Optional<SlowdownBound> bound,
        Map<String, Explanation> silent,
        Optional<Explanation> ending,
        boolean over) {}
