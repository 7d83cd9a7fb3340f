// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.output;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The standard input of a shell command ({@code -o '|COMMAND'}); closing it waits for the command's end, as strace does. */
public final class OutputCommand extends FilterOutputStream {
    private final Process process;
    private final String option;
    private final String command;
    private final Consumer<String> complaints;

    private OutputCommand(Process process, String option, String command, Consumer<String> complaints) {
        super(process.getOutputStream());
        this.process = process;
        this.option = option;
        this.command = command;
        this.complaints = complaints;
    }

    /** Why nothing can be written to a command that has ended. */
    static final String ENDED = "it has ended";

    /** The command in the argument of -o: the text after {@code |} or {@code !}, strace's two signs. */
    public static Optional<String> in(String file) {
        return file.startsWith("|") || file.startsWith("!") ? Optional.of(file.substring(1)) : Optional.empty();
    }

    /**
     * Starts the command; its output goes where this process's own output goes.
     *
     * @param option      that names it: -o or --format
     * @param complaints  receives one line if the command fails
     * @throws IOException if there is no shell
     */
    static OutputStream start(String command, String option, Consumer<String> complaints) throws IOException {
        Process process = new ProcessBuilder(List.of("/bin/sh", "-c", command))
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new OutputCommand(process, option, command, complaints);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
            out.flush(); // else what is written last is not known to be lost before the end
        } catch (IOException e) {
            throw process.isAlive() ? e : new IOException(ENDED, e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            super.close();
        } finally {
            await();
        }
    }

    private void await() {
        try {
            int code = process.waitFor();
            if (code != 0) {
                complaints.accept(
                        "renacer: the command of " + option + ", '" + command + "', ended with exit code " + code);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
