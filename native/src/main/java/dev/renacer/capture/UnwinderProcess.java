// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A running {@code renacer-symbolize}, and the files it may be given. It turns copied stacks into source lines. The
 * data it parses comes from traced programs, so it runs confined, and anything may happen to it. The messages are those
 * of {@code symbolize/wire.h}; this class does not look into them. Not thread-safe.
 */
public final class UnwinderProcess implements AutoCloseable {
    /** No descriptor. */
    public static final int NO_FILE = -1;

    private static final Charset LOCALE = Charset.forName(System.getProperty("sun.jnu.encoding"));

    /** How waiting for a message ended. */
    public enum Received {
        /** A message has arrived. */
        MESSAGE,
        /** The time ran out. */
        TIMEOUT,
        /** The process is gone or sent what is not a message. */
        GONE
    }

    private final int pid;
    private final int socket;
    private int length;
    private int status;
    private boolean closed;

    private UnwinderProcess(int pid, int socket) {
        this.pid = pid;
        this.socket = socket;
    }

    /**
     * Starts the program.
     *
     * @throws CaptureException if it cannot be started
     */
    public static UnwinderProcess start(Path program) throws CaptureException {
        NativeLibrary.load();
        int[] ids = new int[2];
        int error = start0(program.toString().getBytes(LOCALE), ids);
        if (error != 0) {
            throw new CaptureException(
                    CaptureException.Reason.RESOURCE,
                    error,
                    "cannot start " + program + ": " + NativeCaptureSession.describe0(error));
        }
        return new UnwinderProcess(ids[0], ids[1]);
    }

    /**
     * Sends a message.
     *
     * @param file  a descriptor to send with it, or {@link #NO_FILE}; it stays open here
     * @return whether it was sent; if not, the process is of no further use
     */
    public boolean send(byte[] message, int size, int file, Duration patience) {
        requireOpen();
        return send0(pid, socket, message, size, file, patience.toNanos()) == 0;
    }

    /** Waits for the next message, which is written to the start of {@code message}. */
    public Received receive(byte[] message, Duration patience) {
        requireOpen();
        length = receive0(pid, socket, message, Math.max(0, patience.toNanos()));
        if (length == 0) {
            return Received.TIMEOUT;
        }
        return length < 0 ? Received.GONE : Received.MESSAGE;
    }

    /** Length in bytes of the message received last. */
    public int receivedLength() {
        return length;
    }

    /** Its process id. */
    public int pid() {
        return pid;
    }

    /** Kills the process if it lives. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            status = end0(pid, socket);
        }
    }

    /** How it ended, as waitpid(2) reports it: known once this is closed. */
    public int status() {
        return status;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the unwinder is closed");
        }
    }

    /**
     * Opens the file of a mapping, in the process's own mount namespace.
     *
     * @param ownRoot  whether the process's root folder is this one's, so that the file can be found when the process is gone
     * @return a descriptor for {@link #send}, to be closed with {@link #closeFile}; {@link #NO_FILE} if the file is gone
     */
    public static int openMapped(int pid, CodeMapping mapping, boolean ownRoot) {
        long[] numbers = {mapping.start(), mapping.end(), mapping.major(), mapping.minor(), mapping.inode()};
        return openMapped0(pid, mapping.path().getBytes(StandardCharsets.UTF_8), numbers, ownRoot);
    }

    /** Opens a regular file below a process's root folder; as {@link #openMapped}, but whatever file has that path. */
    public static int openInRoot(int pid, String path, boolean ownRoot) {
        return openInRoot0(pid, path.getBytes(StandardCharsets.UTF_8), ownRoot);
    }

    /** Closes what {@link #openMapped} or {@link #openInRoot} opened. */
    public static void closeFile(int file) {
        closeFile0(file);
    }

    private static native int start0(byte[] program, int[] ids);

    private static native int send0(int pid, int socket, byte[] message, int length, int file, long timeoutNanos);

    private static native int receive0(int pid, int socket, byte[] message, long timeoutNanos);

    private static native int end0(int pid, int socket);

    private static native int openMapped0(int pid, byte[] path, long[] numbers, boolean ownRoot);

    private static native int openInRoot0(int pid, byte[] path, boolean ownRoot);

    private static native void closeFile0(int file);
}
