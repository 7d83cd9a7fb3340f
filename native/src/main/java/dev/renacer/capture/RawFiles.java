// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * Files named by bytes. {@link java.nio.file.Path} encodes names by the locale, so a name that the locale cannot encode
 * would name another file or none. Names are {@link ByteText}; relative ones start from the working directory in which
 * this process was started, even if that has no path any more.
 */
public final class RawFiles {
    private static final int FILE_TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int EPERM = 1;
    private static final int ENOENT = 2;
    private static final int EACCES = 13;
    private static final int EEXIST = 17;

    private final int directory;

    private RawFiles(int directory) {
        this.directory = directory;
    }

    /**
     * The files of this process.
     *
     * @throws CaptureException if the capture core cannot be loaded
     */
    public static RawFiles open() throws CaptureException {
        return new RawFiles(GivenEnvironment.directory());
    }

    /** Whether there is such a file, of any kind; links are followed. */
    public boolean exists(String name) {
        return mode0(directory, ByteText.encode(name)) >= 0;
    }

    /** Whether this user may not know if there is such a file, because a folder of its path is closed to them. */
    public boolean isHidden(String name) {
        return mode0(directory, ByteText.encode(name)) == -EACCES;
    }

    /** Whether it is a folder; links are followed. */
    public boolean isDirectory(String name) {
        int mode = mode0(directory, ByteText.encode(name));
        return mode >= 0 && (mode & FILE_TYPE) == DIRECTORY;
    }

    /** Whether this user may execute it. */
    public boolean isExecutable(String name) {
        return executable0(directory, ByteText.encode(name)) == 0;
    }

    /**
     * The first bytes of a file.
     *
     * @param most  the maximum number, up to 256
     * @throws IOException if it cannot be read
     */
    public byte[] head(String name, int most) throws IOException {
        byte[] bytes = new byte[most];
        int length = checked(name, head0(directory, ByteText.encode(name), bytes));
        return Arrays.copyOf(bytes, length);
    }

    /**
     * Creates or empties a file, for writing.
     *
     * @throws NoSuchFileException if its folder does not exist
     * @throws AccessDeniedException if this user may not write there
     * @throws IOException if it cannot be opened for another reason
     */
    public OutputStream create(String name) throws IOException {
        ReplacedFile file = replace(name);
        file.begin();
        return file;
    }

    /**
     * Opens or creates a file, for writing. What is in it stays until {@link ReplacedFile#begin}.
     *
     * @throws NoSuchFileException if its folder does not exist
     * @throws AccessDeniedException if this user may not write there
     * @throws IOException if it cannot be opened for another reason
     */
    public ReplacedFile replace(String name) throws IOException {
        return replaced(name, create0(directory, ByteText.encode(name)), false);
    }

    /**
     * Likewise, a file that only its owner may read and write from {@link ReplacedFile#begin} on. What is no file, such as a
     * pipe, is opened.
     *
     * @param replace  whether one may be replaced that is there and not empty
     * @throws FileAlreadyExistsException if it is there and must not be replaced
     * @throws NoSuchFileException if its folder does not exist
     * @throws AccessDeniedException if this user may not write there, or may not close the file to others
     * @throws IOException if it cannot be opened for another reason
     */
    public ReplacedFile replacePrivately(String name, boolean replace) throws IOException {
        return replaced(name, createPrivate0(directory, ByteText.encode(name), replace), true);
    }

    private static ReplacedFile replaced(String name, int answer, boolean onlyForOwner) throws IOException {
        int file = checked(name, answer);
        return new ReplacedFile(new Stream(name, file), isFile0(file), onlyForOwner);
    }

    /**
     * Opens a file, for reading. The stream is not buffered.
     *
     * @throws NoSuchFileException if it does not exist
     * @throws AccessDeniedException if this user may not read it
     * @throws IOException if it cannot be opened for another reason
     */
    public InputStream read(String name) throws IOException {
        return new Source(name, checked(name, open0(directory, ByteText.encode(name))));
    }

    private static int checked(String name, int answer) throws IOException {
        if (answer >= 0) {
            return answer;
        }
        String shown = ByteText.shown(name);
        throw switch (-answer) {
            case ENOENT -> new NoSuchFileException(shown);
            case EEXIST -> new FileAlreadyExistsException(shown);
            case EACCES, EPERM -> new AccessDeniedException(shown);
            default -> new FileSystemException(shown, null, text0(-answer));
        };
    }

    /** An open file. */
    private static final class Stream extends OutputStream {
        private final String name;
        private final int file;
        private boolean closed;

        Stream(String name, int file) {
            this.name = name;
            this.file = file;
        }

        /** Takes away what is in it. */
        void empty(boolean onlyForOwner) throws IOException {
            checked(name, empty0(file, onlyForOwner));
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (closed) {
                throw new IOException("closed");
            }
            int answer = write0(file, bytes, offset, length);
            if (answer < 0) {
                throw new IOException(NativeCaptureSession.describe0(-answer));
            }
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                checked(name, close0(file));
            }
        }
    }

    /**
     * A file that is written anew, but only once it is known that there is something to write: what was in it stays until
     * {@link #begin}, and for good if this is closed before. What is written until then is kept in memory; if that is more than
     * any beginning has, the file is written. A pipe or a device, in which nothing is lost, is written at once. For any thread.
     */
    public static final class ReplacedFile extends OutputStream {
        /** More than is written of a trace that then turns out not to start. */
        private static final int MOST_KEPT = 1 << 20;

        private final Stream file;
        private final boolean onlyForOwner;
        private ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private boolean begun;
        private Optional<IOException> failure = Optional.empty();

        private ReplacedFile(Stream file, boolean isFile, boolean onlyForOwner) {
            this.file = file;
            this.onlyForOwner = onlyForOwner;
            this.begun = !isFile;
        }

        /**
         * Takes away what was in the file and writes what there is. If that fails, the next write does, or {@link #close} if there
         * is none. Has no effect when called again.
         */
        public synchronized void begin() {
            if (begun) {
                return;
            }
            begun = true;
            try {
                file.empty(onlyForOwner);
                file.write(kept.toByteArray());
            } catch (IOException e) {
                failure = Optional.of(e);
            }
            kept = new ByteArrayOutputStream();
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
            if (!begun && kept.size() + (long) length <= MOST_KEPT) {
                kept.write(bytes, offset, length);
                return;
            }
            begin();
            if (failure.isPresent()) {
                throw failure.get();
            }
            file.write(bytes, offset, length);
        }

        /** Closes the file. */
        @Override
        public synchronized void close() throws IOException {
            file.close();
            if (failure.isPresent()) {
                throw failure.get();
            }
        }
    }

    /** A file that is read. */
    private static final class Source extends InputStream {
        private final String name;
        private final int file;
        private boolean closed;

        Source(String name, int file) {
            this.name = name;
            this.file = file;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (closed) {
                throw new IOException("closed");
            }
            if (length == 0) {
                return 0;
            }
            int answer = read0(file, bytes, offset, length);
            if (answer < 0) {
                throw new IOException(NativeCaptureSession.describe0(-answer));
            }
            return answer == 0 ? -1 : answer;
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                checked(name, close0(file));
            }
        }
    }

    private static native int mode0(int directory, byte[] name);

    private static native int executable0(int directory, byte[] name);

    private static native int create0(int directory, byte[] name);

    private static native int createPrivate0(int directory, byte[] name, boolean replace);

    private static native boolean isFile0(int file);

    private static native int empty0(int file, boolean onlyForOwner);

    private static native int open0(int directory, byte[] name);

    private static native int read0(int file, byte[] bytes, int offset, int length);

    private static native int head0(int directory, byte[] name, byte[] out);

    private static native int write0(int file, byte[] bytes, int offset, int length);

    private static native int close0(int file);

    private static native String text0(int errno);
}
