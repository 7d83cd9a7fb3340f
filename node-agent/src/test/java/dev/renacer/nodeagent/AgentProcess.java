// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The real agent as a process of its own, with the options of its launcher. */
final class AgentProcess implements AutoCloseable {
    private final Process process;
    private final Path log;

    private AgentProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts an agent whose log goes to {@code log}. */
    static AgentProcess start(Map<String, String> environment, Path log) throws IOException {
        return start(NodeAgentMain.class, environment, log);
    }

    /** Starts another program as the agent is started. */
    static AgentProcess start(Class<?> main, Map<String, String> environment, Path log) throws IOException {
        return start(program(main), environment, log);
    }

    /** Starts an agent with the capabilities that the chart gives it, and no others. Needs root. */
    static AgentProcess startConfined(Map<String, String> environment, Path log) throws IOException {
        List<String> command = new ArrayList<>(
                List.of("setpriv", "--bounding-set=-all,+sys_ptrace,+dac_read_search", "--no-new-privs", "--"));
        command.addAll(program(NodeAgentMain.class));
        return start(command, environment, log);
    }

    private static List<String> program(Class<?> main) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + absolute("../libexec/node-agent.jvm-options"),
                "-Drenacer.symbolizer=" + absolute("../native/target/renacer-symbolize"),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName());
    }

    private static Path absolute(String path) {
        return Path.of(path).toAbsolutePath().normalize();
    }

    /**
     * Starts the agent of an image in the image's file system, as a container's runtime would: with its Java runtime and
     * its AOT cache. Needs root.
     *
     * @param root  what {@code libexec/image/unpack} made of the image
     */
    static AgentProcess startImage(Path root, Map<String, String> environment, Path log) throws IOException {
        for (String folder : List.of("proc", "dev")) {
            Files.createDirectories(root.resolve(folder));
        }
        String enter = "mount --rbind /proc \"$0/proc\" && mount --rbind /dev \"$0/dev\" && exec chroot \"$0\" \"$@\"";
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", enter, root.toString()));
        command.addAll(List.of("/opt/java/bin/java", "-XX:AOTCache=/app/renacer.aot", "@/app/jvm-options"));
        command.addAll(List.of("-cp", "@/app/jib-classpath-file", NodeAgentMain.class.getName()));
        return start(command, environment, log);
    }

    private static AgentProcess start(List<String> command, Map<String, String> environment, Path log)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        // What the machine's own environment says must not reach the test.
        List.of("KUBECONFIG", "NODE_NAME", "RENACER_WATCH_NAMESPACE", "KUBERNETES_SERVICE_HOST", "RENACER_LOG_LEVEL")
                .forEach(builder.environment()::remove);
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        return new AgentProcess(builder.start(), log);
    }

    int pid() {
        return Math.toIntExact(process.pid());
    }

    /** The processes it has started. */
    List<ProcessHandle> children() {
        return process.children().toList();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    /** Waits for its end. @return its exit code, or -1 if it goes on */
    int awaitExit(long seconds) throws InterruptedException {
        return process.waitFor(seconds, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    /** Resident memory in KiB. */
    long residentKib() throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(process.pid()), "status"))
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    /** CPU time that it has taken so far. */
    Duration cpuTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
