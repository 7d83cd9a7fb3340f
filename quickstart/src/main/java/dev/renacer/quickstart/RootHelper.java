// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The part that runs as root, {@code libexec/quickstart-root}: started by sudo where the user is not root. It cleans up when its
 * stdin ends, so that nothing stays even if this process is killed. For one thread at a time.
 */
final class RootHelper implements AutoCloseable {
    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;

    private RootHelper(Process process) {
        this.process = process;
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Starts the helper.
     *
     * @throws QuickstartException if this user cannot become root
     */
    static RootHelper start(Path home) throws QuickstartException {
        List<String> command = new ArrayList<>();
        try {
            if (!isRoot()) {
                command.addAll(List.of("sudo", "-p", "[sudo] password for the cgroup and the node agent: ", "env"));
                command.add("JAVA_HOME=" + System.getProperty("java.home"));
            }
            command.add(home.resolve("libexec/quickstart-root").toString());
            return new RootHelper(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT) // sudo's own words
                    .start());
        } catch (IOException e) {
            throw new QuickstartException(
                    "making a cgroup and tracing another user's process need root, and sudo cannot be run ("
                            + e.getMessage() + "); run as root: make quickstart");
        }
    }

    static boolean isRoot() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*"));
    }

    /**
     * Has one command carried out.
     *
     * @return what follows "ok" in the answer
     * @throws QuickstartException if it failed, with the helper's reason
     */
    String ask(String command) throws QuickstartException {
        try {
            commands.write(command + "\n");
            commands.flush();
            String answer = answers.readLine();
            if (answer != null && answer.startsWith("ok")) {
                return answer.substring(2).strip();
            }
            if (answer != null) {
                throw new QuickstartException(answer.replaceFirst("^error ", ""));
            }
        } catch (IOException e) {
            // Said below: the pipe broke because the helper ended.
        }
        throw new QuickstartException(
                "making a cgroup and tracing another user's process need root, which sudo did not give; run as root: make quickstart");
    }

    /** Stops the agent, if it runs, and removes the cgroup with all that is in it. */
    @Override
    public void close() {
        try (commands;
                answers) {
            commands.close();
            process.waitFor(20, TimeUnit.SECONDS);
        } catch (IOException e) {
            // The helper has ended already, and has cleaned up as it always does.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
