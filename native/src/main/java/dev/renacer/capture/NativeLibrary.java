// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Loads the capture core, once. An explicit path in the system property {@value #PATH_PROPERTY} is used as it is,
 * without falling back to another library: the launchers name the one beside them, since /tmp may be full, read-only or
 * mounted noexec. Otherwise the resource for this operating system, architecture and version is extracted into a
 * private directory, loaded, and deleted at once.
 */
public final class NativeLibrary {
    static final String PATH_PROPERTY = "renacer.library.path";

    private static boolean loaded;

    private NativeLibrary() {}

    /**
     * Loads the library unless that was done before.
     *
     * @throws CaptureException UNSUPPORTED if it cannot be loaded; the message says why and what to do
     */
    public static synchronized void load() throws CaptureException {
        if (loaded) {
            return;
        }
        String path = System.getProperty(PATH_PROPERTY);
        if (path == null) {
            loadResource(resource(System.getProperty("os.name"), System.getProperty("os.arch"), version()));
        } else {
            loadFile(
                    Path.of(path).toAbsolutePath(),
                    "build it anew (make build), on a file system that allows execution");
        }
        loaded = true;
    }

    /** Name of the library for a platform, relative to this package. Its version keeps two releases in one process apart. */
    static String resource(String os, String arch, String version) {
        return "%s/%s/librenacer-%s.so".formatted(os.toLowerCase(Locale.ROOT), arch, version);
    }

    static String version() throws CaptureException {
        Properties properties = new Properties();
        try (InputStream stream = open("library.properties")) {
            if (stream == null) {
                throw unsupported("resource dev/renacer/capture/library.properties is missing: build with Maven");
            }
            properties.load(stream);
        } catch (IOException e) {
            throw unsupported("resource dev/renacer/capture/library.properties cannot be read: " + e.getMessage());
        }
        return properties.getProperty("version");
    }

    static void loadResource(String resource) throws CaptureException {
        try (InputStream stream = open(resource)) {
            if (stream == null) {
                throw unsupported("no capture core for this platform (resource dev/renacer/capture/" + resource
                        + " is missing): use Linux on x86-64, or name a library built for this one with -D"
                        + PATH_PROPERTY);
            }
            Path directory = Files.createTempDirectory(
                    "renacer", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path file = directory.resolve("librenacer.so");
            try {
                Files.write(file, stream.readAllBytes(), StandardOpenOption.CREATE_NEW);
                loadFile(
                        file,
                        "name a directory that allows execution with -Djava.io.tmpdir, or a library with -D"
                                + PATH_PROPERTY);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw unsupported("cannot extract the capture core to " + System.getProperty("java.io.tmpdir") + " (" + e
                    + "): name a writable directory with -Djava.io.tmpdir");
        }
    }

    // The library's absolute path comes from our own resource or from the user who started this JVM.
    @SuppressWarnings("restricted")
    private static void loadFile(Path file, String remedy) throws CaptureException {
        try {
            System.load(file.toString());
        } catch (UnsatisfiedLinkError e) {
            throw unsupported("cannot load the capture core (" + e.getMessage() + "): " + remedy);
        }
    }

    private static @Nullable InputStream open(String resource) {
        return NativeLibrary.class.getResourceAsStream(resource);
    }

    private static CaptureException unsupported(String message) {
        return new CaptureException(CaptureException.Reason.UNSUPPORTED, 0, message);
    }
}
