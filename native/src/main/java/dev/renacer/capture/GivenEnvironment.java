// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The environment that the shell gave to {@code renacer}. It is meant for the traced program and must not configure
 * this JVM, so the launcher hides it from the starting JVM ({@code launch_environment.h}), and the running JVM restores
 * it here.
 */
public final class GivenEnvironment {
    /** How many entries the launcher has hidden; not set if a class is run without the launcher. */
    private static final String COUNT_PROPERTY = "renacer.environment";

    private GivenEnvironment() {}

    /**
     * Restores the environment. Call this before anything looks at {@link System#getenv()}, which remembers what it has
     * seen. A JVM without the launcher keeps the environment it has.
     *
     * @throws CaptureException if the capture core cannot be loaded, or memory is short
     */
    public static void restore() throws CaptureException {
        String count = System.getProperty(COUNT_PROPERTY);
        if (count == null) {
            return;
        }
        NativeLibrary.load();
        int error = restore0(Integer.parseInt(count));
        if (error != 0) {
            throw new CaptureException(
                    CaptureException.Reason.RESOURCE,
                    error,
                    "cannot take over the environment: " + NativeCaptureSession.describe0(error));
        }
        ignoreQuit0();
    }

    /**
     * A variable's value, as {@link ByteText}.
     *
     * @throws CaptureException if the capture core cannot be loaded
     */
    public static Optional<String> value(String name) throws CaptureException {
        NativeLibrary.load();
        return Optional.ofNullable(value0(name)).map(ByteText::decode);
    }

    /** The descriptor of the working directory for the {@code *at} system calls: the launcher may have left one that has no path. */
    static int directory() throws CaptureException {
        NativeLibrary.load();
        return directory0(System.getProperty(NativeCaptureSession.INHERITED_PROPERTY, ""));
    }

    private static native int restore0(int count);

    private static native byte @Nullable [] value0(String name);

    private static native void ignoreQuit0();

    private static native int directory0(String inherited);
}
