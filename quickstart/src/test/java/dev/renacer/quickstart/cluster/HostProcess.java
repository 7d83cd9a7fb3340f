// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The operator or the agent as a process of its own, its log kept for the report of a failed test. */
final class HostProcess {
    private final Process process;
    private final Path log;

    private HostProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts {@code bin/<launcher>} of this checkout with these additions to its environment. */
    static HostProcess start(Path logs, String launcher, Map<String, String> environment) throws IOException {
        Path log = Files.createTempFile(logs, launcher, ".log");
        ProcessBuilder builder = new ProcessBuilder(
                        checkout().resolve("bin").resolve(launcher).toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new HostProcess(builder.start(), log);
    }

    /** Ends it as the kernel would when memory runs out: without a chance to tidy up. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks it to end (SIGTERM) and waits for that. */
    void end() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private static Path checkout() {
        return Path.of("..").toAbsolutePath().normalize();
    }
}
