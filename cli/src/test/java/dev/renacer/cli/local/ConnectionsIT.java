// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.renacer.cli.Run;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs that do not wait in connect: its span tells what became of the connection. */
class ConnectionsIT {
    /** A client of its kind. */
    enum Client {
        PYTHON,
        ASYNCIO,
        CURL,
        NODE;

        /** Its command, given a port of 127.0.0.1. */
        List<String> to(int port) {
            List<String> command = command(port);
            assumeTrue(isHere(command.getFirst()), command.getFirst() + " is not installed");
            return command;
        }

        private List<String> command(int port) {
            return switch (this) {
                case PYTHON -> List.of("python3", "-c", """
                        import socket
                        try: socket.create_connection(('127.0.0.1', %d), timeout=5)
                        except OSError: pass
                        """.formatted(port));
                case ASYNCIO -> List.of("python3", "-c", """
                        import asyncio
                        try: asyncio.run(asyncio.open_connection('127.0.0.1', %d))
                        except OSError: pass
                        """.formatted(port));
                case CURL -> List.of("curl", "--silent", "--max-time", "5", "telnet://127.0.0.1:" + port);
                case NODE -> List.of("node", "-e", """
                        const socket = require('net').connect(%d, '127.0.0.1');
                        socket.on('connect', () => socket.destroy());
                        socket.on('error', () => {});
                        """.formatted(port));
            };
        }
    }

    @TempDir
    Path folder = Path.of("");

    private List<Span> spans = List.of();
    private List<String> trace = List.of();

    @ParameterizedTest
    @EnumSource
    void aRefusedConnectionIsAnErrorOfItsConnect(Client client) throws IOException {
        List<Span> connects = connects(client.to(closedPort()));

        assertThat(connects).anySatisfy(ConnectionsIT::isRefused);
        assertThat(connects)
                .noneMatch(span -> attribute(span, "syscall.connect.outcome").equals("connected"));
    }

    @ParameterizedTest
    @EnumSource
    void oneThatIsAcceptedIsNone(Client client) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> acceptAndClose(server));
            List<Span> connects = connects(client.to(server.getLocalPort()));

            assertThat(connects).anySatisfy(span -> {
                assertThat(attribute(span, "syscall.connect.outcome")).isEqualTo("connected");
                assertThat(attribute(span, "error.type")).isEmpty();
                assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
            });
        }
    }

    @Test
    void aGoProgramsRefusedConnectionIsAnErrorOfItsConnect() throws IOException {
        assumeTrue(isHere("go"), "go is not installed");
        Path source = Files.writeString(folder.resolve("main.go"), """
                package main
                import ("net"; "os"; "time")
                func main() { _, _ = net.DialTimeout("tcp", os.Args[1], time.Second) }
                """);
        Path program = folder.resolve("dial");
        Run built = Run.of(List.of("env", "CGO_ENABLED=0", "go", "build", "-o", program.toString(), source.toString()));
        assertThat(built.code()).as(built.err()).isZero();

        assertThat(connects(List.of(program.toString(), "127.0.0.1:" + closedPort())))
                .anySatisfy(ConnectionsIT::isRefused);
    }

    @Test
    void aProxysUpstreamThatRefusesIsAnErrorOfItsConnect() throws IOException {
        assumeTrue(isHere("nginx") && isHere("curl"), "nginx or curl is not installed");
        int port = closedPort();
        Path conf = Files.writeString(folder.resolve("nginx.conf"), """
                daemon off; master_process off; pid %1$s/pid; error_log %1$s/error.log;
                events {}
                http { access_log off; client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy; fastcgi_temp_path %1$s/fastcgi;
                  uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
                  server { listen 127.0.0.1:%2$d; location / { proxy_pass http://127.0.0.1:%3$d; } } }
                """.formatted(folder, port, closedPort()));
        String script = "nginx -p " + folder + " -c " + conf
                + " 2>/dev/null & until curl -s -o /dev/null -w '%{http_code}\\n' http://127.0.0.1:" + port
                + "; do :; done; kill $!; wait";
        Run run = traced(List.of(), List.of("sh", "-c", script));

        assertThat(run.out()).contains("502");
        Span nginx = spans.stream()
                .filter(span -> span.getName().equals("process: nginx"))
                .findFirst()
                .orElseThrow();
        assertThat(spans)
                .filteredOn(span -> span.getParentSpanId().equals(nginx.getSpanId()) && isConnect(span))
                .anySatisfy(ConnectionsIT::isRefused);
    }

    @Test
    void oneThatIsGivenUpSaysWhenItWasClosed() throws IOException {
        try (Full full = new Full()) {
            List<Span> connects = connects(python("""
                    import socket
                    s = socket.socket()
                    s.settimeout(0.3)
                    try: s.connect(('127.0.0.1', PORT))
                    except OSError: s.close()
                    """, full.port()));

            assertThat(connects).singleElement().satisfies(span -> {
                assertThat(attribute(span, "syscall.connect.outcome")).isEqualTo("closed");
                assertThat(attribute(span, "syscall.connect.told_by")).isEqualTo("close");
                assertThat(span.getEndTimeUnixNano() - span.getStartTimeUnixNano())
                        .isGreaterThan(300_000_000L);
                assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
            });
        }
    }

    @Test
    void oneThatNobodyAnswersTimesOut() throws IOException {
        try (Full full = new Full()) {
            List<Span> connects = connects(python("""
                    import select, socket
                    s = socket.socket()
                    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 500)
                    s.setblocking(False)
                    s.connect_ex(('127.0.0.1', PORT))
                    select.select([], [s], [])
                    try: s.recv(1)
                    except OSError: pass
                    """, full.port()));

            assertThat(connects).singleElement().satisfies(span -> {
                assertThat(attribute(span, "error.type")).isEqualTo("ETIMEDOUT");
                assertThat(attribute(span, "syscall.connect.told_by")).isEqualTo("recvfrom");
                assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFilterForConnectAloneTellsTheSameAndNothingMore(Client client) throws IOException {
        traced(List.of("-e", "trace=connect"), client.to(closedPort()));

        assertThat(spans).filteredOn(ConnectionsIT::isConnect).anySatisfy(ConnectionsIT::isRefused);
        assertThat(spans)
                .filteredOn(span -> span.getName().startsWith("syscall: "))
                .allMatch(ConnectionsIT::isConnect);
        assertThat(trace)
                .allMatch(line -> line.contains("connect(") || line.contains("---") || line.contains("+++"))
                .anyMatch(line -> line.contains("EINPROGRESS"));
    }

    @Test
    void withAFilterInTheProgramTheErrorIsToldAsWell() throws IOException {
        traced(List.of("-e", "trace=connect", "--seccomp-bpf"), Client.PYTHON.to(closedPort()));

        assertThat(spans).filteredOn(ConnectionsIT::isConnect).anySatisfy(ConnectionsIT::isRefused);
        assertThat(spans)
                .filteredOn(span -> span.getName().startsWith("syscall: "))
                .allMatch(ConnectionsIT::isConnect);
    }

    @Test
    void textShowsTheErrorAsStraceDoes() throws IOException {
        traced(List.of("-e", "trace=getsockopt"), Client.PYTHON.to(closedPort()));

        assertThat(trace)
                .anyMatch(line ->
                        line.matches(".*getsockopt\\([0-9]+, SOL_SOCKET, SO_ERROR, \\[ECONNREFUSED], \\[4]\\) = 0"));
    }

    private List<Span> connects(List<String> program) throws IOException {
        traced(List.of(), program);
        return spans.stream().filter(ConnectionsIT::isConnect).toList();
    }

    private Run traced(List<String> flags, List<String> program) throws IOException {
        Path text = folder.resolve("trace.txt");
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            List<String> arguments =
                    new ArrayList<>(List.of("-f", "-o", text.toString(), "--otlp-endpoint", receiver.grpcUrl()));
            arguments.addAll(flags);
            arguments.add("--");
            arguments.addAll(program);
            Run run = Run.renacer(arguments.toArray(String[]::new));
            assertThat(run.code()).as(run.err()).isNotEqualTo(2);
            spans = receiver.spans();
            trace = Files.readAllLines(text);
            return run;
        }
    }

    private static List<String> python(String script, int port) {
        assumeTrue(isHere("python3"), "python3 is not installed");
        return List.of("python3", "-c", script.replace("PORT", String.valueOf(port)));
    }

    private static boolean isConnect(Span span) {
        return span.getName().equals("syscall: connect");
    }

    private static void isRefused(Span span) {
        assertThat(attribute(span, "error.type")).isEqualTo("ECONNREFUSED");
        assertThat(attribute(span, "syscall.connect.outcome")).isEqualTo("failed");
        assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
    }

    private static String attribute(Span span, String key) {
        return span.getAttributesList().stream()
                .filter(attribute -> attribute.getKey().equals(key))
                .map(KeyValue::getValue)
                .map(AnyValue::getStringValue)
                .findFirst()
                .orElse("");
    }

    private static boolean isHere(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void acceptAndClose(ServerSocket server) {
        try {
            while (true) {
                server.accept().close();
            }
        } catch (IOException _) {
            // the test is over
        }
    }

    /** A listening socket whose queue is full: the kernel drops what asks for a connection. */
    private static final class Full implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final List<Socket> queued = new ArrayList<>();

        Full() throws IOException {
            for (int i = 0; i < 2; i++) {
                Socket socket = new Socket();
                socket.connect(new InetSocketAddress(server.getInetAddress(), port()));
                queued.add(socket);
            }
        }

        int port() {
            return server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : queued) {
                socket.close();
            }
            server.close();
        }
    }
}
