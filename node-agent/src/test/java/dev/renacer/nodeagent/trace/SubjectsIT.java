// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.crds.NodeTraceSpec.Profile;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.crds.Reason;
import dev.renacer.nodeagent.process.ProcessFinder;
import dev.renacer.nodeagent.process.TestContainer;
import dev.renacer.nodeagent.refusal.RefusedException;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that has two files and two peers, of which one is asked for. */
class SubjectsIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int LEAST = 20;

    /** Reads a file of each name, and says a word to each port, over and over; one of the files stays open all the time. */
    private static final String PROGRAM = """
            import socket, time
            kept = open('%1$s/kept')
            while True:
                kept.seek(0)
                kept.read()
                for name in 'wanted', 'other':
                    with open('%1$s/' + name) as file:
                        file.read()
                for port in %2$d, %3$d:
                    with socket.create_connection(('127.0.0.1', port)) as peer:
                        peer.sendall(b'x')
                time.sleep(0.05)
            """;

    @TempDir
    Path folder = Path.of("");

    private int[] ports = {0, 0};
    private final List<SpanData> spans = new CopyOnWriteArrayList<>();

    @Test
    void onlyCallsAboutThePathsBecomeSpans() throws Exception {
        Path wanted = folder.resolve("wanted");

        ContainerTrace.Figures figures = trace(List.of(wanted.toString()), null);

        assertThat(calls()).hasSizeGreaterThanOrEqualTo(LEAST);
        assertThat(calls()).allSatisfy(call -> assertThat(subjects(call)).containsOnly(wanted.toString()));
        assertThat(names()).contains("syscall: openat", "syscall: read", "syscall: close");
        assertThat(figures.calls()).isGreaterThan(calls().size());
        assertThat(figures.lost()).isZero();
    }

    @Test
    void aFileThatWasOpenBeforeIsKnownByItsPath() throws Exception {
        Path kept = folder.resolve("kept");

        trace(List.of(kept.toString()), null);

        assertThat(calls()).allSatisfy(call -> assertThat(subjects(call)).containsOnly(kept.toString()));
        assertThat(names()).contains("syscall: lseek", "syscall: read").doesNotContain("syscall: openat");
    }

    @Test
    void onlyCallsWithThePeersBecomeSpans() throws Exception {
        ContainerTrace.Figures figures = trace(null, List.of("127.0.0.0/8:%2$d"));

        assertThat(figures.failedLookups())
                .as("of connections that are closed at once the calls tell the peer")
                .isZero();
        assertThat(names()).contains("syscall: connect", "syscall: sendto", "syscall: close");
        assertThat(calls())
                .extracting(call -> call.getAttributes().get(AttributeKey.longKey("network.peer.port")))
                .containsOnly((long) ports[0]);
    }

    @Test
    void ofPathsAndPeersOneIsEnough() throws Exception {
        Path wanted = folder.resolve("wanted");

        trace(List.of(wanted.toString()), List.of(":%3$d"));

        assertThat(names()).contains("syscall: openat", "syscall: connect");
        assertThat(calls())
                .allMatch(call -> subjects(call).equals(List.of(wanted.toString()))
                        || Objects.equals(
                                call.getAttributes().get(AttributeKey.longKey("network.peer.port")), (long) ports[1]));
    }

    @Test
    void whatCannotBeUnderstoodOrToldIsRefusedAndNothingIsTraced() {
        assertThatThrownBy(() -> WatchedCalls.subjects(profile("Names", null, List.of("db:5432"))))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().reason()).isEqualTo(Reason.InvalidSpec))
                .hasMessageStartingWith("spec.paths and spec.peers: 'db:5432' is no peer");
        assertThatThrownBy(() -> WatchedCalls.subjects(profile(null, List.of("/etc/hosts"), null)))
                .isInstanceOf(RefusedException.class)
                .hasMessage("spec.paths and spec.peers go by what spans say of arguments, and that is nothing here");
    }

    private ContainerTrace.Figures trace(@Nullable List<String> paths, @Nullable List<String> peers) throws Exception {
        for (String name : List.of("kept", "wanted", "other")) {
            Files.writeString(folder.resolve(name), name);
        }
        try (TestContainer container = TestContainer.create();
                ServerSocket first = listening();
                ServerSocket second = listening()) {
            ports = new int[] {first.getLocalPort(), second.getLocalPort()};
            Path program = Files.writeString(folder.resolve("program.py"), written(PROGRAM));
            // A JVM cannot trace its own child: its reaper waits for it.
            Process parent = container.start("python3 " + program + " & wait");
            ProcessHandle traced = Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> parent.children().findFirst(), Optional::isPresent)
                    .orElseThrow();
            try {
                Awaitility.await().atMost(LIMIT).until(() -> hasOpen(traced.pid(), folder.resolve("kept")));
                return trace(container, traced, profile("Names", paths, written(peers)));
            } finally {
                traced.destroyForcibly();
            }
        }
    }

    private ContainerTrace.Figures trace(TestContainer container, ProcessHandle traced, Profile profile)
            throws Exception {
        Target target = new Target("p", container.podUid(), null, "ns", "main", container.containerId(), null, null);
        CountDownLatch ended = new CountDownLatch(1);
        PtraceTraceOpener.Node node = new PtraceTraceOpener.Node(
                "node",
                new ProcessFinder(Path.of("/proc"), ProcessHandle.current().pid()),
                _ -> {},
                Optional.empty());
        ContainerTrace.Parameters parameters =
                new ContainerTrace.Parameters("ns/t", target, () -> new KeepingPipeline(spans), profile);
        try (PtraceTraceOpener opener = new PtraceTraceOpener(node);
                ContainerTrace trace = opener.open(parameters, LIMIT, ended::countDown)) {
            trace.attach((int) traced.pid());
            Awaitility.await().atMost(LIMIT).until(() -> calls().size() >= LEAST);
            trace.stop();
            assertThat(ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            return trace.figures();
        }
    }

    /** Accepts nothing: the kernel answers for it as long as the queue has room, and then resets what was closed. */
    private static ServerSocket listening() throws Exception {
        return new ServerSocket(0, 4_096, InetAddress.getLoopbackAddress());
    }

    private static boolean hasOpen(long pid, Path file) throws Exception {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return descriptors.anyMatch(one -> {
                try {
                    return Files.readSymbolicLink(one).equals(file);
                } catch (IOException e) {
                    return false; // closed meanwhile
                }
            });
        }
    }

    private String written(String text) {
        return text.formatted(folder, ports[0], ports[1]);
    }

    private @Nullable List<String> written(@Nullable List<String> texts) {
        return texts == null ? null : texts.stream().map(this::written).toList();
    }

    private static Profile profile(
            @Nullable String arguments, @Nullable List<String> paths, @Nullable List<String> peers) {
        return new Profile(
                null, null, null, null, 100_000, null, null, null, null, null, arguments, null, paths, peers);
    }

    private List<SpanData> calls() {
        return spans.stream()
                .filter(span -> span.getName().startsWith("syscall: "))
                .toList();
    }

    private List<String> names() {
        return calls().stream().map(SpanData::getName).distinct().collect(Collectors.toList());
    }

    /** The paths that a span names. */
    private static List<String> subjects(SpanData call) {
        return Stream.of("file.path", "syscall.fd.path")
                .map(key -> call.getAttributes().get(AttributeKey.stringKey(key)))
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }
}
