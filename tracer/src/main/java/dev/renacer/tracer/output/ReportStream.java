// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Where an output writes: ASCII text, buffered, written in blocks. When a write fails (a closed pipe, a full disk),
 * that is reported once, in one line, and everything later is dropped: the trace and its other outputs continue. Not
 * thread-safe.
 */
public final class ReportStream implements AutoCloseable {
    private static final int BLOCK = 1 << 16;

    private final String label;
    private final OutputStream out;
    private final Consumer<String> complaints;
    private final StringBuilder buffer = new StringBuilder(BLOCK + 4096);
    private Consumer<IOException> onBroken = _ -> {};
    private boolean broken;

    /**
     * @param label       names the stream in a complaint
     * @param out         closed by {@link #close()}
     * @param complaints  receives the one line about a failed write
     */
    public ReportStream(String label, OutputStream out, Consumer<String> complaints) {
        this.label = label;
        this.out = out;
        this.complaints = complaints;
    }

    /**
     * Writes to a file, which is created or emptied.
     *
     * @throws IOException if it cannot be opened
     */
    public static ReportStream file(Path file, Consumer<String> complaints) throws IOException {
        return new ReportStream(file.toString(), Files.newOutputStream(file), complaints);
    }

    /** Writes to this process's standard error, unbuffered below; closing it leaves standard error open. */
    @SuppressWarnings("resource") // standard error belongs to the process
    public static ReportStream standardError(Consumer<String> complaints) {
        OutputStream err = new FileOutputStream(FileDescriptor.err);
        return new ReportStream(
                "standard error",
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        err.write(b);
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) throws IOException {
                        err.write(bytes, offset, length);
                    }
                },
                complaints);
    }

    /** The text not yet written; append ASCII only, then call {@link #written()}. */
    public StringBuilder buffer() {
        return buffer;
    }

    /**
     * Sets what is called once when a write has failed, after the complaint, on the thread that writes. To be set
     * before anything is written.
     */
    public void whenBroken(Consumer<IOException> told) {
        onBroken = told;
    }

    /** Whether a write failed: then nothing needs to be formatted any more. */
    public boolean isBroken() {
        return broken;
    }

    /** Writes bytes at once, behind what is buffered: for formats that are not text. */
    public void write(byte[] bytes) {
        flush();
        if (bytes.length > 0 && !broken) {
            put(bytes);
        }
    }

    /** To be called after text was appended; writes when there is enough. */
    public void written() {
        if (buffer.length() >= BLOCK) {
            flush();
        }
    }

    /**
     * Writes text behind what is buffered, at once.
     *
     * @param text  ASCII
     */
    public void print(CharSequence text) {
        buffer.append(text);
        flush();
    }

    /** Writes what is buffered. */
    public void flush() {
        if (buffer.isEmpty()) {
            return;
        }
        byte[] bytes = buffer.toString().getBytes(StandardCharsets.ISO_8859_1);
        buffer.setLength(0);
        if (!broken) {
            put(bytes);
        }
    }

    private void put(byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            fail(e);
        }
    }

    /** Writes what is buffered and closes the stream. */
    @Override
    public void close() {
        flush();
        try {
            out.close();
        } catch (IOException e) {
            fail(e);
        }
    }

    private void fail(IOException e) {
        if (!broken) {
            broken = true;
            complaints.accept("renacer: cannot write to " + label + ": " + e.getMessage()
                    + "; nothing more is written there, the program continues");
            onBroken.accept(e);
        }
    }
}
