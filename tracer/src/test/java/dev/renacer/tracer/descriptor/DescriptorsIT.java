// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.LaunchSpec;
import dev.renacer.capture.ring.RingPolicy;
import dev.renacer.tracer.ArgumentDetail;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.Tracing;
import dev.renacer.tracer.filter.SyscallFilter;
import dev.renacer.tracer.filter.SyscallFilter.Following;
import dev.renacer.tracer.output.ArgumentFormatter;
import dev.renacer.tracer.redact.Redactor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** Real programs under a real trace: what is said of their descriptors is right, and of most it is said. */
class DescriptorsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PYTHON = "/usr/bin/python3";
    /** A descriptor and its name in a line. */
    private static final Pattern NAMED = Pattern.compile("(-?\\d+|AT_FDCWD)<(TCP:\\[[^<\\]]*]|[^<>]*)>");

    /**
     * Threads open and close files all the time. Each writes at the offset that is the number of its file, so that a
     * call itself says which file it is about.
     */
    private static final String THREADS = """
            import os, sys, threading
            folder, seconds = sys.argv[1], float(sys.argv[2])
            import time
            end = time.monotonic() + seconds
            def work(index):
                number = index
                while time.monotonic() < end:
                    fd = os.open(folder + "/" + str(number), os.O_CREAT | os.O_WRONLY)
                    os.pwrite(fd, b"x", number)
                    copy = os.dup(fd)
                    os.close(fd)
                    os.pwrite(copy, b"y", number)
                    os.close(copy)
                    number = (number + 4) % 64
            threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
            [t.start() for t in threads]
            [t.join() for t in threads]
            """;

    @TempDir
    Path folder;

    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    private volatile Consumer<String> onLine = _ -> {};
    private final AtomicLong named = new AtomicLong();
    private final AtomicLong unnamed = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();

    @BeforeAll
    static void needsPython() {
        if (!Files.isExecutable(Path.of(PYTHON))) {
            throw new TestAbortedException("python3 is not installed: no program makes the calls to be named");
        }
    }

    @Test
    void catReadsTheFileItHasOpened() throws Exception {
        traceLaunched("trace=all", List.of("/bin/sh", "-c", "exec cat /etc/hostname > /dev/null"));

        assertThat(lines)
                .anyMatch(line ->
                        line.matches("openat\\(AT_FDCWD<" + quoted(Path.of("").toAbsolutePath())
                                + ">, \"/etc/hostname\", O_RDONLY\\) = \\d+</etc/hostname>"))
                .anyMatch(line -> line.matches("read\\(\\d+</etc/hostname>, .*"))
                .anyMatch(line -> line.startsWith("write(1</dev/null>, "))
                .anyMatch(line -> line.matches("close\\(\\d+</etc/hostname>\\) = 0"));
    }

    @Test
    void aFilterThatLeavesOutTheOpensDoesNotLeaveOutTheNames() throws Exception {
        traceLaunched("trace=read", List.of("/bin/sh", "-c", "exec cat /etc/hostname > /dev/null"));

        assertThat(lines)
                .allMatch(line -> line.startsWith("read("))
                .anyMatch(line -> line.matches("read\\(\\d+</etc/hostname>, .*"));
    }

    @Test
    void aForkInheritsDup2ReplacesAndExecCloses() throws Exception {
        Path kept = Files.writeString(folder.resolve("kept"), "k");
        Path closed = Files.writeString(folder.resolve("closed"), "c");
        String script = """
                import os, sys
                kept = os.open(sys.argv[1], os.O_RDONLY)
                closed = os.open(sys.argv[2], os.O_RDONLY)
                os.dup2(kept, 8)
                os.set_inheritable(8, True)
                os.dup2(closed, 9, inheritable=False)
                if os.fork() == 0:
                    os.pread(8, 1, 0)
                    os.pread(9, 1, 0)
                    os.execv("/bin/sh", ["sh", "-c", "read x <&8; { read y <&9; } 2> /dev/null; read z < $0", sys.argv[2]])
                os.wait()
                """;
        traceLaunched("trace=all", List.of(PYTHON, "-IS", "-c", script, kept.toString(), closed.toString()));

        assertThat(lines)
                .anyMatch(line -> line.matches("dup2\\(\\d+<" + quoted(kept) + ">, 8\\) = 8<" + quoted(kept) + ">"))
                .anyMatch(line -> line.startsWith("pread64(8<" + kept + ">, "))
                .anyMatch(line -> line.startsWith("pread64(9<" + closed + ">, "))
                .anyMatch(line -> line.startsWith("dup2(8<" + kept + ">, 0"))
                .anyMatch(line -> line.startsWith("dup2(9, 0") && line.contains("EBADF"))
                .anyMatch(line -> line.startsWith("read(0<" + closed + ">, "));
    }

    @Test
    void connectionsHaveBothEnds() throws Exception {
        String script = """
                import os, socket, sys, time
                listening = socket.socket()
                listening.bind(("127.0.0.1", 0))
                listening.listen()
                if os.fork() == 0:
                    s = socket.create_connection(listening.getsockname())
                    end = time.monotonic() + 30
                    while not os.path.exists(sys.argv[1]) and time.monotonic() < end:
                        s.send(b"x"); s.recv(1)
                        time.sleep(0.005)
                    s.close()
                    os._exit(0)
                connection, peer = listening.accept()
                while connection.recv(1):
                    connection.send(b"y")
                os.wait()
                print(listening.getsockname()[1], peer[1])
                """;
        Path seen = folder.resolve("seen");
        Set<String> both = new HashSet<>();
        onLine = line -> {
            names(line)
                    .filter(name -> name.matches("TCP:\\[[0-9.:]+->[0-9.:]+]"))
                    .forEach(both::add);
            if (both.size() == 2) {
                touch(seen);
            }
        };
        String output = traceLaunched("trace=all", List.of(PYTHON, "-IS", "-c", script, seen.toString()));
        String[] ports = output.strip().split(" ", -1);
        String server = "127.0.0.1:" + ports[0];
        String client = "127.0.0.1:" + ports[1];

        assertThat(lines)
                .anyMatch(line -> line.matches(
                        "accept4\\(\\d+<TCP:\\[" + server + "]>, .* = \\d+<TCP:\\[" + server + "->" + client + "]>"))
                .anyMatch(line -> line.matches("recvfrom\\(\\d+<TCP:\\[" + server + "->" + client + "]>, .*"))
                .anyMatch(line -> line.matches("sendto\\(\\d+<TCP:\\[" + client + "->" + server + "]>, .*"));
        assertThat(lines.stream().flatMap(DescriptorsIT::names).filter(name -> name.contains("->")))
                .allMatch(name -> name.equals("TCP:[" + server + "->" + client + "]")
                        || name.equals("TCP:[" + client + "->" + server + "]")
                        || name.equals("TCP:[?->" + server + "]"));
    }

    @Test
    void aProgramThatRunsAlreadyHasItsDescriptorsLookedUp() throws Exception {
        Path file = Files.writeString(folder.resolve("open"), "x");
        long pid = program("exec " + PYTHON + " -IS -c '"
                + "import os, sys, time, select, socket\n"
                + "fd = os.open(sys.argv[1], os.O_RDONLY)\n"
                + "s = socket.socket(); s.bind((\"127.0.0.1\", 0)); s.listen()\n"
                + "e = select.epoll(); e.register(s.fileno(), 1)\n"
                + "while True: os.pread(fd, 1, 0); e.poll(0.01); s.getsockname()\n"
                + "' " + file);
        try (Tracing tracing = Tracing.open("attach", options("trace=all", RingPolicy.BLOCK, 1 << 13), listeners())) {
            tracing.attach((int) pid);
            await().atMost(LIMIT)
                    .until(() -> List.copyOf(lines).stream().anyMatch(line -> line.contains("pread64(3<" + file + ">"))
                            && List.copyOf(lines).stream().anyMatch(line -> line.contains("<anon_inode:[eventpoll]>"))
                            && List.copyOf(lines).stream()
                                    .anyMatch(line -> line.matches("getsockname\\(4<TCP:\\[127.0.0.1:\\d+]>.*")));
        } finally {
            end(pid);
        }
    }

    @Test
    void threadsThatRaceForNumbersAreNeverGivenAWrongName() throws Exception {
        traceLaunched("trace=all", List.of(PYTHON, "-IS", "-c", THREADS, folder.toString(), "2"));

        assertThat(wrong).isEmpty();
        assertThat(named.get()).isGreaterThan(100);
        assertThat(unnamed.get()).as("of %d", named.get() + unnamed.get()).isLessThan(named.get() / 10 + 10);
    }

    @Test
    void anAttachInTheMiddleOfARaceGivesNoWrongName() throws Exception {
        Path script = Files.writeString(folder.resolve("threads.py"), THREADS);
        long pid = program("exec " + PYTHON + " -IS " + script + " " + folder + " 60");
        try (Tracing tracing = Tracing.open("attach", options("trace=all", RingPolicy.BLOCK, 1 << 13), listeners())) {
            tracing.attach((int) pid);
            await().atMost(LIMIT).until(() -> named.get() > 2_000);
            tracing.stop();
            assertThat(tracing.awaitEnd(LIMIT)).isTrue();
        } finally {
            end(pid);
        }

        assertThat(wrong).isEmpty();
    }

    @Test
    void lostEventsGiveNoWrongName() throws Exception {
        Path script = Files.writeString(folder.resolve("threads.py"), THREADS);
        long pid = program("exec " + PYTHON + " -IS " + script + " " + folder + " 60");
        try (Tracing tracing = Tracing.open("attach", options("trace=all", RingPolicy.DROP, 1 << 10), listeners())) {
            tracing.attach((int) pid);
            await().atMost(LIMIT).until(() -> named.get() > 200 && lost.get() > 20);
            tracing.stop();
            assertThat(tracing.awaitEnd(LIMIT)).isTrue();
        } finally {
            end(pid);
        }

        assertThat(wrong).isEmpty();
    }

    private static void touch(Path file) {
        try {
            Files.writeString(file, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String quoted(Path path) {
        return Pattern.quote(path.toString());
    }

    private static Stream<String> names(String line) {
        List<String> names = new ArrayList<>();
        Matcher name = NAMED.matcher(line);
        while (name.find()) {
            names.add(name.group(2));
        }
        return names.stream();
    }

    private List<TraceListener> listeners() {
        Descriptors descriptors = new Descriptors(Inheritance.ofThisProcess(Optional.empty(), Redactor.NONE));
        return List.of(
                descriptors, new Lines(NameWriter.of(descriptors, NameWriter.Style.ALL)), new Judge(descriptors));
    }

    /** Runs a program to its end. @return what it wrote */
    private String traceLaunched(String expression, List<String> command) throws Exception {
        Path output = folder.resolve("output");
        List<String> redirected = new ArrayList<>(
                List.of("sh", "-c", "out=$1; shift; exec \"$@\" < /dev/null > \"$out\"", "sh", output.toString()));
        redirected.addAll(command);
        try (Tracing tracing = Tracing.open("launch", options(expression, RingPolicy.BLOCK, 1 << 13), listeners())) {
            tracing.launch(new LaunchSpec("/bin/sh", redirected, Optional.empty()));
            assertThat(tracing.awaitEnd(LIMIT)).isTrue();
            assertThat(tracing.listenerFailures()).isEmpty();
        } catch (CaptureException e) {
            throw new IOException(e);
        }
        return Files.readString(output);
    }

    private static CaptureOptions options(String expression, RingPolicy policy, int events) throws Exception {
        return new CaptureOptions(
                SyscallFilter.parse(expression).plan(ArgumentDetail.FULL, EnumSet.of(Following.DESCRIPTORS)),
                policy,
                events,
                1 << 20,
                256,
                true,
                Optional.empty(),
                Optional.empty());
    }

    /** Keeps the lines. */
    private final class Lines implements TraceListener {
        private final NameWriter names;

        Lines(NameWriter names) {
            this.names = names;
        }

        @Override
        public void onCall(SyscallCall call) {
            StringBuilder line = new StringBuilder(call.syscall().name()).append('(');
            ArgumentFormatter.arguments(line, call, names);
            line.append(") = ");
            ArgumentFormatter.result(line, call);
            names.result(line, call);
            lines.add(line.toString());
            onLine.accept(line.toString());
        }

        @Override
        public void onEvent(TraceEvent event) {
            if (event instanceof TraceEvent.EventsLost loss) {
                lost.addAndGet(loss.count());
            }
        }
    }

    /** Compares the names of files in the calls of {@link #THREADS} with what these calls themselves say. */
    private final class Judge implements TraceListener {
        private final Descriptors descriptors;

        Judge(Descriptors descriptors) {
            this.descriptors = descriptors;
        }

        @Override
        public void onCall(SyscallCall call) {
            if (!call.syscall().name().equals("pwrite64") || call.outcome() != SyscallCall.Outcome.RETURNED) {
                return;
            }
            Optional<Descriptor> name = descriptors.names(call).argument(0);
            String expected = folder.resolve(Long.toString(call.args()[3])).toString();
            if (name.isEmpty()) {
                unnamed.incrementAndGet();
            } else if (name.get().equals(new Descriptor.File(expected, false))) {
                named.incrementAndGet();
            } else {
                wrong.add(expected + " is named " + name.get());
            }
        }

        @Override
        public void onEvent(TraceEvent event) {}
    }

    /** Starts a program that is not a child of this JVM. @return its pid */
    private static long program(String script) throws IOException {
        Process starter = new ProcessBuilder("/bin/sh", "-c", "(" + script + ") > /dev/null 2>&1 & echo $!").start();
        try (BufferedReader output = starter.inputReader()) {
            return Long.parseLong(output.readLine());
        }
    }

    private static void end(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        await().atMost(LIMIT)
                .until(() ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }
}
