// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export;

import dev.renacer.tracer.export.collector.EndpointProbe;
import dev.renacer.tracer.export.collector.SdkConnection;
import dev.renacer.tracer.export.settings.OtlpEndpoint;
import dev.renacer.tracer.export.settings.OtlpSettings;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The pipeline over the OpenTelemetry SDK's OTLP exporters: one thread, a bounded queue per target, fair turns, retries
 * while the collector is unreachable, and every lost span counted. A target need not be removed: when its sink is no
 * longer used it is garbage-collected.
 */
public final class OtlpSpanPipeline implements OtlpPipeline {
    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final OtlpSettings settings;
    private final ExportLoop loop;
    private final ExportHealth health;
    private final WaitingRoom room;
    private final ChunkPool pool;
    private final List<WeakReference<TargetQueue>> targets = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private OtlpSpanPipeline(OtlpSettings settings, ExportLoop loop, ExportHealth health) {
        this.settings = settings;
        this.loop = loop;
        this.health = health;
        this.room = new WaitingRoom(settings.waitingBytes());
        this.pool = new ChunkPool(settings.waitingBytes());
    }

    /**
     * Opens a pipeline. Does not wait for the collector: a notice reports whether it can be reached.
     *
     * @param notices  receives what a person should see, on the pipeline's own thread
     * @throws IllegalArgumentException if the settings cannot work (a certificate that is not PEM); a message of one
     * line
     */
    public static OtlpSpanPipeline open(OtlpEndpoint endpoint, OtlpSettings settings, Consumer<ExportNotice> notices) {
        return open(endpoint, () -> settings, notices);
    }

    /**
     * As {@link #open(OtlpEndpoint, OtlpSettings, Consumer)}, with headers, certificates and keys that may change
     * later.
     *
     * @param latest  called before each request, on the pipeline's own thread, for headers, certificates and keys;
     *     everything else is taken from its first answer. An IllegalArgumentException keeps the spans for a later
     *     attempt; its message is reported as the cause
     */
    public static OtlpSpanPipeline open(
            OtlpEndpoint endpoint, Supplier<OtlpSettings> latest, Consumer<ExportNotice> notices) {
        OtlpSettings settings = latest.get();
        ExportHealth health = new ExportHealth(notices, System::nanoTime);
        ExportLoop loop = new ExportLoop(
                settings, new SdkConnection(endpoint, latest), EndpointProbe.of(endpoint, latest), health);
        loop.start();
        return new OtlpSpanPipeline(settings, loop, health);
    }

    @Override
    public SpanSink target(String name) {
        TargetQueue target = new TargetQueue(name, settings.queueCapacity(), room, pool, loop);
        synchronized (targets) {
            targets.removeIf(reference -> reference.get() == null);
            targets.add(new WeakReference<>(target));
        }
        if (closed.get()) {
            target.giveUp();
        }
        return target;
    }

    @Override
    public Optional<String> lastFailure() {
        return health.lastFailure();
    }

    @Override
    public boolean isWorking() {
        return loop.isWorking();
    }

    @Override
    public boolean flush(Duration deadline) {
        FlushRequest request = new FlushRequest();
        loop.request(request);
        try {
            return request.done().await(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What the export thread does: waits without limit while there is nothing to export. */
    Thread.State threadState() {
        return loop.threadState();
    }

    /**
     * {@inheritDoc} A collector that cannot be reached is tried twice more and then given up, so that the program's end
     * is not delayed. Spans of a request under way at the deadline count as failed, though they may still arrive.
     */
    @Override
    public void close() {
        close(Duration.ZERO);
    }

    /**
     * As {@link #close()}, but waits up to 30 s for a collector that answers that it can take spans later, takes them slowly, or was
     * reached before and refuses or resets connections now, as one does that is restarted.
     * {@link #hurry()} ends that wait.
     */
    public void closePatiently() {
        close(PATIENCE);
    }

    /** Makes a close that is under way give up at once what it waits for. */
    public void hurry() {
        loop.hurry();
    }

    private void close(Duration patience) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            loop.close(CLOSE_DEADLINE, patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (targets) {
            targets.forEach(reference -> {
                TargetQueue target = reference.get();
                if (target != null) {
                    target.giveUp();
                }
            });
        }
    }
}
