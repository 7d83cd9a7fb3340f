// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CaptureOptions;
import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.tracer.ReadyTracing;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the traces of one assignment by the capture engine. */
final class KernelOpener implements ContainerTrace.Opener {
    private static final Logger LOG = LoggerFactory.getLogger(KernelOpener.class);
    /** The engine gives a session up that hears nothing for longer than twice that. */
    private static final Duration LONGEST_SILENCE = KernelTrace.HEARTBEAT_TIMEOUT.dividedBy(2);

    private record Ready(Profile profile, ReadyTracing tracing) {}

    private final KernelTrace.Node node;
    private final WatchedCalls.Cache calls = new WatchedCalls.Cache();
    private Optional<Ready> ready = Optional.empty();
    private long lastBeat;

    /**
     * @param node  the node it is on
     */
    KernelOpener(KernelTrace.Node node) {
        this.node = node;
    }

    @Override
    public ContainerTrace open(ContainerTrace.Plan plan, Duration left, Runnable onEnd)
            throws CaptureException, RefusedException {
        return KernelTrace.open(
                node, calls.of(plan.profile()), plan, left, options -> tracing(plan.profile(), options), onEnd);
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
                CaptureOptions options = KernelTrace.options(node, calls.of(profile), profile, left);
                ready = Optional.of(new Ready(profile, ReadyTracing.open(options)));
            } catch (CaptureException | RefusedException e) {
                LOG.debug(
                        "a trace of this profile cannot be made ready: {}", e.getMessage()); // told when one is opened
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
