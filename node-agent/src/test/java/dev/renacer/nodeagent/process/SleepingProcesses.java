// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import java.io.IOException;

/** Processes that sleep beside those that run, for benchmarks: each in the cgroup of this program. */
final class SleepingProcesses implements AutoCloseable {
    private final Process shell;

    /**
     * Starts them, and waits until they are there.
     *
     * @throws IOException if they cannot be started
     */
    SleepingProcesses(int count) throws IOException {
        String script = "i=0; while [ $i -lt " + count
                + " ]; do sleep 600 & i=$((i+1)); done; echo up; read x; kill $(jobs -p)";
        shell = new ProcessBuilder("bash", "-c", script)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (shell.inputReader().readLine() == null) {
            throw new IOException("the processes cannot be started");
        }
    }

    @Override
    public void close() throws IOException {
        shell.outputWriter().close();
        shell.onExit().join();
    }
}
