// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.sink;

import dev.renacer.tracer.export.OtlpMetricPipeline;
import dev.renacer.tracer.export.OtlpPipeline;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The metrics of the containers whose spans go to one sink. Metrics are cumulative: those of a container that is no
 * longer traced are exported until that has succeeded once. Thread-safe.
 */
final class SinkMetrics implements OtlpMetricPipeline.Source {
    /** So many containers that are no longer traced wait for a collector that takes no metrics; the last ones. */
    static final int MOST_ENDED = 64;

    private static final class Target implements OtlpPipeline.Measurement {
        private final Supplier<List<MetricData>> metrics;
        private volatile boolean ended;

        Target(Supplier<List<MetricData>> metrics) {
            this.metrics = metrics;
        }

        @Override
        public void close() {
            ended = true;
        }
    }

    private final List<Target> targets = new ArrayList<>();
    /** The targets of the last export that were over then: nothing can come after it. */
    private List<Target> last = List.of();

    /** Adds a container. */
    synchronized OtlpPipeline.Measurement add(Supplier<List<MetricData>> metrics) {
        List<Target> ended = ended();
        if (ended.size() >= MOST_ENDED) {
            targets.remove(ended.getFirst());
        }
        Target target = new Target(metrics);
        targets.add(target);
        return target;
    }

    private List<Target> ended() {
        return targets.stream().filter(target -> target.ended).toList();
    }

    @Override
    public List<MetricData> now() {
        List<Target> all;
        synchronized (this) {
            all = List.copyOf(targets);
            last = ended();
        }
        return all.stream().flatMap(target -> target.metrics.get().stream()).toList();
    }

    @Override
    public synchronized void sent() {
        targets.removeAll(last);
    }
}
