// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CaptureOptions;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.nodeagent.process.ProcessFinder;
import dev.renacer.nodeagent.refusal.RefusedException;
import dev.renacer.tracer.ReadyTracing;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the traces of one assignment with the capture engine. */
public final class PtraceTraceOpener implements ContainerTrace.Opener {
    private static final Logger LOG = LoggerFactory.getLogger(PtraceTraceOpener.class);
    /** The engine gives up a session that hears nothing for longer than twice this. */
    private static final Duration LONGEST_SILENCE = ProfileOptions.HEARTBEAT_TIMEOUT.dividedBy(2);

    /**
     * What the traces on a node have in common.
     *
     * @param name     of the node
     * @param finder   checks again, before and after an attach, to which container the process belongs
     * @param onAttach  called with the ns that an attach took, on the thread that attached
     * @param colocationObstacle  why this node moves no threads to their tracer's CPU, if it does not
     * @param measured  the metrics of their calls
     */
    public record Node(
            String name,
            ProcessFinder finder,
            LongConsumer onAttach,
            Optional<String> colocationObstacle,
            MeasuredTargets measured) {
        /** One whose metrics nobody asks for. */
        public Node(String name, ProcessFinder finder, LongConsumer onAttach, Optional<String> colocationObstacle) {
            this(name, finder, onAttach, colocationObstacle, new MeasuredTargets());
        }
    }

    private record Ready(Profile profile, ReadyTracing tracing) {}

    private final Node node;
    private final WatchedCalls.Cache calls = new WatchedCalls.Cache();
    private Optional<Ready> ready = Optional.empty();
    private long lastBeat;

    /**
     * @param node  what all traces on the node have in common
     */
    public PtraceTraceOpener(Node node) {
        this.node = node;
    }

    @Override
    public ContainerTrace open(ContainerTrace.Parameters parameters, Duration left, Runnable onEnd)
            throws CaptureException, RefusedException {
        return PtraceContainerTrace.open(
                node,
                calls.of(parameters.profile()),
                parameters,
                left,
                options -> tracing(parameters.profile(), options),
                onEnd);
    }

    private ReadyTracing tracing(Profile profile, CaptureOptions options) throws CaptureException {
        giveUpUnfit(profile);
        if (ready.isEmpty()) {
            return ReadyTracing.open(options);
        }
        ReadyTracing tracing = ready.get().tracing();
        ready = Optional.empty();
        return tracing;
    }

    @Override
    public void keepReady(Profile profile, Duration left) {
        giveUpUnfit(profile);
        if (ready.isEmpty()) {
            try {
                CaptureOptions options = ProfileOptions.capture(node, calls.of(profile), profile, left);
                ready = Optional.of(new Ready(profile, ReadyTracing.open(options)));
            } catch (CaptureException | RefusedException e) {
                LOG.debug(
                        "a trace of this profile cannot be prepared: {}",
                        e.getMessage()); // reported when one is opened
            }
        }
        ready.ifPresent(one -> one.tracing().heartbeat());
        lastBeat = System.nanoTime();
    }

    private void giveUpUnfit(Profile profile) {
        boolean late = System.nanoTime() - lastBeat > LONGEST_SILENCE.toNanos();
        if (ready.filter(one -> late || !one.profile().equals(profile)).isPresent()) {
            close();
        }
    }

    @Override
    public void close() {
        ready.ifPresent(one -> one.tracing().close());
        ready = Optional.empty();
    }
}
