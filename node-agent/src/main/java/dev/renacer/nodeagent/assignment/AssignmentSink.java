// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import dev.renacer.crds.NodeTraceSpec.Sink;
import dev.renacer.nodeagent.refusal.RefusedException;
import dev.renacer.nodeagent.sink.SinkPipelines;
import dev.renacer.nodeagent.status.NodeTraceRef;
import dev.renacer.tracer.export.OtlpPipeline;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the spans of one assignment go, and whether they arrive. Used only by its assignment's thread. */
final class AssignmentSink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AssignmentSink.class);

    private final NodeTraceRef ref;
    private final SinkPipelines pipelines;
    private Optional<SinkPipelines.Lease> lease = Optional.empty();
    private Optional<String> refused = Optional.empty();
    private boolean failing;

    /**
     * @param ref  which NodeTrace, for logs
     */
    AssignmentSink(NodeTraceRef ref, SinkPipelines pipelines) {
        this.ref = ref;
        this.pipelines = pipelines;
    }

    /**
     * The pipeline, borrowed when the first container is attached to.
     *
     * @param sink  as the spec currently names it; the one that was borrowed first is kept
     * @throws RefusedException if the sink cannot be used
     */
    OtlpPipeline pipeline(Sink sink) throws RefusedException {
        if (lease.isEmpty()) {
            try {
                lease = Optional.of(pipelines.lease(sink));
                refused = Optional.empty();
            } catch (RefusedException e) {
                refused = Optional.of(e.refusal().message());
                throw e;
            }
        }
        return lease.get().pipeline();
    }

    /** Why spans do not arrive, if they do not. */
    Optional<String> failure() {
        return lease.flatMap(l -> l.pipeline().lastFailure()).or(() -> refused);
    }

    /** Logs whether the export has begun or ceased to fail since the last call; returns whether it has. */
    boolean noteChange() {
        Optional<String> failure = failure();
        if (failure.isPresent() == failing) {
            return false;
        }
        failing = failure.isPresent();
        if (failing) {
            LOG.warn("request={} export fails: {}", ref, failure.orElse(""));
        } else {
            LOG.info("request={} export works again", ref);
        }
        return true;
    }

    /**
     * Sends the waiting spans.
     *
     * @return false if the time ran out first
     */
    boolean flush(Duration timeout) throws InterruptedException {
        return lease.isEmpty() || lease.get().pipeline().flush(timeout);
    }

    /** Gives the pipeline back. */
    @Override
    public void close() {
        lease.ifPresent(SinkPipelines.Lease::close);
    }
}
