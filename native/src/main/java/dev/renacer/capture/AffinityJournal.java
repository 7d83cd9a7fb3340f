// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * Where sessions that co-locate ({@link CaptureOptions#affinityJournal()}) record which threads they have moved, one
 * file each in a directory of this user's, and how threads that a killed tracer has left on one CPU get their affinity
 * back.
 */
public final class AffinityJournal {
    private static final String SUFFIX = ".affinity";

    private AffinityJournal() {}

    /**
     * The directory of this user: {@code renacer} in XDG_RUNTIME_DIR, else {@code renacer-UID} in /tmp.
     *
     * @param environment variables of this process
     * @throws IOException if the user's id cannot be known
     */
    public static Path directory(Map<String, String> environment) throws IOException {
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (!runtime.isEmpty()) {
            return Path.of(runtime, "renacer");
        }
        return Path.of("/tmp", "renacer-" + Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }

    /**
     * A path for a session of this process; the directory is created if necessary, for this user alone.
     *
     * @throws IOException if the directory cannot be created, or is not this user's alone
     */
    public static Path fresh(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        if (!Files.getAttribute(directory, "unix:uid").equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            throw new IOException(directory + " belongs to another user");
        }
        return directory.resolve(ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime()) + SUFFIX);
    }

    /**
     * Gives threads that killed tracers of this user have left on one CPU their own affinity back. Journals of living
     * tracers are left alone, and so are files that are not journals.
     *
     * @return how many threads
     * @throws IOException if the directory cannot be read; a missing one counts as empty
     * @throws CaptureException if the library cannot be loaded here
     */
    public static int recover(Path directory) throws IOException, CaptureException {
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        int restored = 0;
        try (DirectoryStream<Path> journals = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path journal : journals) {
                restored += Math.max(0, NativeCaptureSession.recoverAffinity(journal));
            }
        }
        return restored;
    }
}
