// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.scale;

import dev.renacer.operator.OperatorMain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The operator as a process of its own, with the options of its image; its figures come from /metrics and /proc. */
public final class OperatorProcess implements AutoCloseable {
    private static final Pattern WRITE = Pattern.compile(
            "renacer_operator_api_requests_total\\{code=\"(\\w+)\",resource=\"([^\"]+)\",verb=\"(create|update|patch|delete)\"} (\\S+)");

    private final Process process;
    private final int port;
    private final Path log;
    private final HttpClient http = HttpClient.newHttpClient();

    /**
     * Starts it on a free port; returns at once.
     *
     * @param options  file with options of the JVM
     * @param log      where its log goes
     */
    public OperatorProcess(Path kubeconfig, Path options, Path log, Map<String, String> environment)
            throws IOException {
        this.port = freePort();
        this.log = log;
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "@" + options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), OperatorMain.class.getName()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("RENACER_"));
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment().put("RENACER_HTTP_PORT", Integer.toString(port));
        builder.environment().putAll(environment);
        process = builder.start();
    }

    /**
     * Whether its caches are filled.
     *
     * @throws IllegalStateException if it has ended: it never will be
     */
    public boolean ready() throws InterruptedException {
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    "the operator ended with exit code " + process.exitValue() + ": see " + log);
        }
        try {
            return get("/readyz").startsWith("ok");
        } catch (IOException _) {
            return false; // not listening yet
        }
    }

    /** The process. */
    public Process process() {
        return process;
    }

    /** Writes to the API server so far, by verb and resource. */
    Map<String, Long> writes() throws IOException, InterruptedException {
        Map<String, Long> writes = new TreeMap<>();
        Matcher line = WRITE.matcher(get("/metrics"));
        while (line.find()) {
            writes.merge(
                    line.group(3) + " " + line.group(2) + " " + line.group(1),
                    (long) Double.parseDouble(line.group(4)),
                    Long::sum);
        }
        return writes;
    }

    /** Resident memory now and at most, as the kernel counts it. */
    public String memory() throws IOException {
        return String.join(
                ", ",
                Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                        .filter(line -> line.startsWith("VmRSS") || line.startsWith("VmHWM"))
                        .map(line -> line.replaceAll("\\s+", " "))
                        .toList());
    }

    /** CPU time it has taken so far; unlike the time by the clock it hardly depends on what else the machine does. */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit()
                .completeOnTimeout(process, 20, TimeUnit.SECONDS)
                .thenAccept(Process::destroyForcibly)
                .join();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private String get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }
}
