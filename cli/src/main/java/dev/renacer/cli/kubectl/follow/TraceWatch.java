// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.follow;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.KubectlExit;
import dev.renacer.cli.Signals;
import dev.renacer.cli.kubectl.api.NamedRequests;
import dev.renacer.cli.kubectl.status.Attachments;
import dev.renacer.cli.kubectl.status.TraceState;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.NodeTraceStatus.TargetStatus;
import dev.renacer.crds.Renacer;
import dev.renacer.crds.TraceRequest;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Follows one request on the API server until it is over. The informer behind it survives an API server that is gone for a while.
 * {@link #interrupt} may be called from any thread, all else from one.
 */
public final class TraceWatch {
    /** After this long without an answer the user is told who should have answered. */
    private static final Duration OPERATOR_SILENCE = Duration.ofSeconds(10);

    private static final Duration TICK = Duration.ofSeconds(1);

    /** What can happen next. */
    private sealed interface WatchEvent {
        record Changed(TraceRequest request) implements WatchEvent {}

        record Deleted() implements WatchEvent {}

        record Interrupted() implements WatchEvent {}
    }

    private final BlockingQueue<WatchEvent> events = new LinkedBlockingQueue<>();
    private final AtomicInteger interrupts = new AtomicInteger();
    private final KubernetesClient client;
    private final ProgressPrinter progress;
    private final EndPatience patience;
    private TraceRequest latest;
    /** Whether this user may read what the single nodes report; found out by trying. */
    private boolean mayReadNodeTraces = true;

    /**
     * Makes no request yet.
     *
     * @param request   as the API server has created it
     * @param progress  prints what happens to it
     */
    public TraceWatch(KubernetesClient client, TraceRequest request, ProgressPrinter progress) {
        this.client = client;
        this.progress = progress;
        this.latest = request;
        this.patience = new EndPatience(request.getSpec(), System.nanoTime());
    }

    /** The user wants it to end: the first time the trace is stopped, the second time this command just leaves. */
    public void interrupt() {
        interrupts.incrementAndGet();
        events.add(new WatchEvent.Interrupted());
    }

    /**
     * Follows the request to its end.
     *
     * @return the exit code of the command
     */
    public int await() throws InterruptedException {
        var resource = client.resources(TraceRequest.class)
                .inNamespace(latest.getMetadata().getNamespace())
                .withName(latest.getMetadata().getName());
        SharedIndexInformer<TraceRequest> informer = resource.inform(new Recorder());
        try {
            return follow();
        } finally {
            informer.close();
        }
    }

    private int follow() throws InterruptedException {
        long silence = System.nanoTime() + OPERATOR_SILENCE.toNanos();
        boolean told = false;
        while (true) {
            WatchEvent next = events.poll(TICK.toNanos(), TimeUnit.NANOSECONDS);
            switch (next) {
                case WatchEvent.Changed(TraceRequest request) -> {
                    patience.update(request, System.nanoTime());
                    latest = request;
                    progress.update(request);
                    if (progress.state() != TraceState.REFUSED && isRefusedByAnAgent()) {
                        return KubectlExit.REFUSED;
                    }
                    if (progress.state().isLast()) {
                        progress.summarize(request);
                        return progress.state().exitCode(request);
                    }
                }
                case WatchEvent.Deleted() ->
                    throw new CommandFailure(
                            ExitCode.FAILURE,
                            "TraceRequest '" + latest.getMetadata().getName() + "' was deleted; its trace has ended");
                case WatchEvent.Interrupted() -> {
                    if (interrupts.get() > 1) {
                        return ExitCode.ofSignal(Signals.INT.number());
                    }
                    progress.line("Stopping; press Ctrl-C again to leave at once");
                    NamedRequests.stop(client, latest, false);
                    patience.stop(System.nanoTime());
                }
                case null -> {
                    progress.tick(latest);
                    // Pods that are added while it goes on change the request's own status once a minute at most.
                    if (progress.state().isUnderWay() && isRefusedByAnAgent()) {
                        return KubectlExit.REFUSED;
                    }
                    if (patience.isOver(System.nanoTime())) {
                        throw unfinished();
                    }
                    if (!told && progress.state() == TraceState.PENDING && System.nanoTime() - silence >= 0) {
                        told = true;
                        progress.line("no operator has taken up the request yet; is it running?"
                                + " ('kubectl renacer doctor' says why)");
                    }
                }
            }
        }
    }

    /** Reports the containers; the operator itself reports a refusal only once all agents have detached. */
    private boolean isRefusedByAnAgent() {
        List<Attachments> containers = containers();
        Optional<TargetStatus> verdict = Attachments.verdict(containers);
        verdict.ifPresentOrElse(progress::refused, () -> progress.containers(containers));
        return verdict.isPresent();
    }

    private List<Attachments> containers() {
        if (!mayReadNodeTraces || latest.getStatus() == null) {
            return List.of();
        }
        try {
            return Attachments.of(client.resources(NodeTrace.class)
                    .inNamespace(latest.getMetadata().getNamespace())
                    .withLabel(Renacer.REQUEST_UID_LABEL, latest.getMetadata().getUid())
                    .list()
                    .getItems());
        } catch (KubernetesClientException e) {
            // The request's own status tells the sums; who may not read the nodes' reports does without the rest.
            mayReadNodeTraces = e.getCode() == 0;
            return List.of();
        }
    }

    private CommandFailure unfinished() {
        return new CommandFailure(
                KubectlExit.TIMED_OUT,
                "the operator has not reported the end of TraceRequest '"
                        + latest.getMetadata().getName() + "'; 'kubectl renacer describe "
                        + latest.getMetadata().getName() + " -n "
                        + latest.getMetadata().getNamespace() + "' shows its last word");
    }

    private final class Recorder implements ResourceEventHandler<TraceRequest> {
        @Override
        public void onAdd(TraceRequest request) {
            events.add(new WatchEvent.Changed(request));
        }

        @Override
        public void onUpdate(TraceRequest before, TraceRequest after) {
            events.add(new WatchEvent.Changed(after));
        }

        @Override
        public void onDelete(TraceRequest request, boolean unknownFinalState) {
            events.add(new WatchEvent.Deleted());
        }
    }
}
