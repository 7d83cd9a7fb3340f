// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

import dev.renacer.crds.TraceNodeStatus;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceTotals;
import dev.renacer.quickstart.otlp.OtlpReceiver;
import dev.renacer.quickstart.otlp.ReceivedSpan;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The demonstration, told as it happens. Exits 0 if all it claims in its last lines holds. */
public final class Quickstart {
    private static final String EXAMPLE = "docs/examples/tracerequest.yaml";
    /** The story's own request; the example's name stays free for the reader. */
    private static final String REQUEST = "quickstart";
    /** How long after its window a request may take to be over. */
    private static final Duration GRACE = Duration.ofSeconds(20);
    /** A trace is shown when nothing has come for so long; looked at so often. */
    private static final Duration QUIET = Duration.ofSeconds(2);

    private static final Duration LOOK = Duration.ofMillis(500);

    private final Story story;
    private final Stage stage;
    private final Path home;
    private final boolean keep;

    private Quickstart(Story story, Stage stage, Path home, boolean keep) {
        this.story = story;
        this.stage = stage;
        this.home = home;
        this.keep = keep;
    }

    /**
     * Runs it: {@code Quickstart CHECKOUT FOLDER}. Environment: {@code KEEP}, {@code OTLP_ENDPOINT}.
     *
     * @param args the checkout, and a folder that exists and holds the compiled workload
     */
    public static void main(String[] args) throws InterruptedException {
        Path home = Path.of(args[0]);
        Path folder = Path.of(args[1]);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Story story = new Story(out, Palette.ofStdout());
        String collector = System.getenv("OTLP_ENDPOINT");
        boolean keep = !Objects.requireNonNullElse(System.getenv("KEEP"), "").isEmpty();
        story.line(
                "The API server of this demonstration is a stand-in, in memory on 127.0.0.1; on a real cluster Renacer is"
                        + " installed by helm (charts/renacer).");
        story.line(
                "It holds custom resources against their schemas and CEL rules, but checks no access right. Operator, node"
                        + " agent, system calls and OTLP are the real ones.");
        // What fails from then on fails because all is being closed.
        AtomicBoolean interrupted = new AtomicBoolean();
        int code;
        try (Stage stage = new Stage(home, folder, collector == null || collector.isEmpty() ? null : collector)) {
            Runnable cleanUp = stage::close;
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                interrupted.set(true);
                                cleanUp.run();
                            },
                            "clean-up"));
            code = new Quickstart(story, stage, home, keep).run() ? 0 : 1;
        } catch (QuickstartException | IOException e) {
            if (!interrupted.get()) {
                out.flush();
                System.err.println("quickstart: " + e.getMessage());
            }
            code = 1;
        } catch (RuntimeException e) {
            if (!interrupted.get()) {
                throw e;
            }
            code = 1;
        }
        System.exit(code);
    }

    private boolean run() throws IOException, QuickstartException, InterruptedException {
        long started = System.nanoTime();
        story.chapter("A node with a pod");
        Stage.Workload workload = stage.startPod();
        story.line("   pod " + DemoCluster.NAMESPACE + "/"
                + workload.pod().getMetadata().getName() + ", container app: process "
                + workload.process().pid() + " in the cgroup a kubelet would give it,");
        story.quiet("   " + workload.cgroup());

        story.chapter("Operator and node agent, as their own processes");
        long begun = System.nanoTime();
        Stage.Control control = stage.startOperatorAndAgent();
        TraceNodeStatus node = control.node();
        story.line("   ready after %.1f s; kernel %s %s, cgroup %s, ptrace allowed"
                .formatted(
                        (System.nanoTime() - begun) / 1e9,
                        node.kernelVersion(),
                        node.architecture(),
                        node.cgroupMode()));
        story.quiet("   logs: " + home.relativize(stage.operatorLog()) + ", " + home.relativize(stage.agentLog()));

        TraceRequest over = followRequest(workload, control);
        TraceRequestStatus status = Objects.requireNonNull(over.getStatus(), "a request that is over has a status");
        TraceTotals totals = Objects.requireNonNullElse(status.totals(), TraceTotals.NONE);
        long memory = Stage.residentMebibytes(control.agentPid());

        OtlpReceiver receiver = stage.receiver;
        List<ReceivedSpan> spans = receiver == null ? List.of() : receiver.spans();
        if (receiver != null) {
            showTrace(spans);
        }

        story.chapter("Totals");
        story.line("   %s calls of %s processes, %s spans acknowledged, lost %s; agent's memory %s MiB (RSS)"
                .formatted(
                        TraceTree.count(totals.calls()),
                        TraceTree.count(totals.processes()),
                        TraceTree.count(totals.spans()),
                        TraceTree.count(totals.lost()),
                        memory));
        story.line("   all this took %.0f s".formatted((System.nanoTime() - started) / 1e9));
        Proof.Claim untouched = untouched(workload);

        showNext();
        Proof proof = receiver == null
                ? Proof.of(totals, Objects.requireNonNullElse(status.firstTraceIds(), List.of()))
                : Proof.of(spans, receiver.received(), totals);
        story.line("");
        story.claim(untouched);
        proof.claims().forEach(story::claim);
        if (keep) {
            waitForever();
        }
        return proof.holds() && untouched.holds();
    }

    /** Applies the request and tells what becomes of it until it is over. */
    private TraceRequest followRequest(Stage.Workload workload, Stage.Control control)
            throws IOException, QuickstartException, InterruptedException {
        String yaml = Files.readString(home.resolve(EXAMPLE))
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.replaceFirst("^  name: .*", "  name: " + REQUEST))
                .collect(Collectors.joining("\n"));
        TraceRequest request = Serialization.unmarshal(yaml, TraceRequest.class);
        int seconds = Objects.requireNonNullElse(request.getSpec().durationSeconds(), 60);

        story.chapter("A TraceRequest is applied (" + EXAMPLE + ", under a name of its own)");
        yaml.lines().forEach(line -> story.line("   | " + line));
        BlockingQueue<TraceRequest> updates = new LinkedBlockingQueue<>();
        ConditionLog conditions = new ConditionLog();
        boolean firstSpanTold = stage.receiver == null;
        try (Watch _ = stage.client
                .resources(TraceRequest.class)
                .inNamespace(DemoCluster.NAMESPACE)
                .withName(REQUEST)
                .watch(new UpdateQueue(updates))) {
            story.applied();
            stage.client.resource(request).create();
            long deadline =
                    System.nanoTime() + Duration.ofSeconds(seconds).plus(GRACE).toNanos();
            while (System.nanoTime() < deadline) {
                TraceRequest update = updates.poll(20, TimeUnit.MILLISECONDS);
                long now = System.nanoTime();
                if (!firstSpanTold) {
                    firstSpanTold = tellFirstSpan();
                }
                if (update != null) {
                    conditions.news(update).forEach(news -> story.event(now, news));
                    if (ConditionLog.isOver(update)) {
                        return update;
                    }
                }
                stage.requireRunning(control.operator(), control.agentPid());
                if (!workload.process().isAlive()) {
                    throw new QuickstartException("the workload ended by itself, see target/quickstart/checkout.log");
                }
            }
        }
        throw new QuickstartException("the request was not over " + GRACE.toSeconds() + " s after its window; see "
                + stage.operatorLog() + " and " + stage.agentLog());
    }

    private boolean tellFirstSpan() {
        OtlpReceiver receiver = stage.receiver;
        if (receiver == null || receiver.firstNanoTime().isEmpty()) {
            return false;
        }
        long first = receiver.firstNanoTime().getAsLong();
        story.event(
                first,
                story.palette()
                        .good("first span at the receiver, %.0f ms after the request was applied"
                                .formatted(story.secondsSinceApplied(first) * 1e3)));
        return true;
    }

    private void showTrace(List<ReceivedSpan> spans) {
        story.chapter("The trace, as it arrived");
        Optional<TraceTree> tree = TraceTree.largest(spans);
        if (tree.isEmpty()) {
            story.line("   no root span arrived");
            return;
        }
        tree.get().render(story.palette()).forEach(row -> story.line("   " + row));
        story.line("   resource:");
        tree.get().root().resource().forEach((name, value) -> story.line("   %-28s %s".formatted("  " + name, value)));
    }

    /** The workload after the trace: alive, and nobody's tracee. */
    private static Proof.Claim untouched(Stage.Workload workload) {
        long pid = workload.process().pid();
        boolean alive = workload.process().isAlive();
        long tracer = Stage.tracerOf(pid);
        return new Proof.Claim(
                alive && tracer == 0,
                "the workload is " + (alive ? "alive" : "dead") + " and "
                        + (tracer == 0 ? "untraced again" : "still traced by process " + tracer));
    }

    private void showNext() {
        story.chapter("Next");
        story.line(
                "   KEEP=1 make quickstart                    leaves all this running, for kubectl in another terminal");
        story.line("   OTLP_ENDPOINT=http://HOST:4317 make quickstart   sends the spans to your own collector");
        story.line("   bin/renacer -- ls /etc                    the same tracer on a program of yours");
    }

    private void waitForever() throws InterruptedException {
        String kubectl = "kubectl --kubeconfig " + stage.kubeconfig();
        story.chapter("All of it keeps running until Ctrl-C; in another terminal:");
        story.line("   export KUBECONFIG=" + stage.kubeconfig());
        story.line("   " + kubectl + " get rtr -A -o wide");
        story.line("   " + kubectl + " apply -f " + EXAMPLE);
        story.line("   " + kubectl + " describe rtr checkout");
        story.line("   bin/kubectl-renacer list");
        OtlpReceiver receiver = stage.receiver;
        if (receiver != null) {
            story.line("   OTLP receiver: " + receiver.grpcEndpoint() + " (gRPC), " + receiver.httpEndpoint()
                    + "/v1/traces (HTTP/protobuf), for bin/renacer --otlp-endpoint URL -- PROGRAM");
        } else {
            story.line("   spans go to " + stage.sinkEndpoint);
        }
        if (receiver == null) {
            new CountDownLatch(1).await();
            return;
        }
        story.line("   what a request of yours sends is shown here once its window is over");
        showWhatArrives(receiver);
    }

    /** Until the process is ended. */
    private void showWhatArrives(OtlpReceiver receiver) throws InterruptedException {
        ArrivingTraces traces = new ArrivingTraces(receiver, QUIET);
        while (true) {
            Thread.sleep(LOOK);
            traces.look(System.nanoTime()).ifPresent(arrived -> {
                story.line("");
                story.line("   %s spans arrived; the largest trace:".formatted(TraceTree.count(arrived.spans())));
                arrived.largest().render(story.palette()).forEach(row -> story.line("   " + row));
                Map<String, String> resource = arrived.largest().root().resource();
                story.line(
                        "   of " + resource.getOrDefault("k8s.pod.name", resource.getOrDefault("service.name", "?")));
            });
        }
    }

    /** Passes a watch's objects on to the thread that tells the story. */
    private record UpdateQueue(BlockingQueue<TraceRequest> queue) implements Watcher<TraceRequest> {
        @Override
        public void eventReceived(Action action, @Nullable TraceRequest request) {
            if (request != null && action != Action.DELETED) {
                queue.add(request);
            }
        }

        @Override
        public void onClose(WatcherException cause) {
            // The story ends by its own deadline then, and says where the logs are.
        }
    }
}
