// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * A file that is written anew, but only once it is known that there is something to write: what was in it stays until
 * {@link #begin}, and for good if this is closed before. What is written until then is kept in memory; if that is more than
 * any beginning has, the file is written. A pipe or a device, in which nothing is lost, is written at once. For any thread.
 */
public final class ReplacedFile extends OutputStream {
    /** More than is written of a trace that then turns out not to start. */
    private static final int MOST_KEPT = 1 << 20;

    private final RawFiles.Stream file;
    private final boolean onlyForOwner;
    private ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private boolean begun;
    private Optional<IOException> failure = Optional.empty();

    ReplacedFile(RawFiles.Stream file, boolean isFile, boolean onlyForOwner) {
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
