// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.option;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --dry-run}, as kubectl has it. */
public final class DryRun {
    /** How far the command goes. */
    enum Mode {
        /** All the way. */
        NONE,
        /** Nothing is sent that would write. */
        CLIENT,
        /** The API server judges it, and persists nothing. */
        SERVER;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--dry-run",
            paramLabel = "MODE",
            description =
                    "client: send nothing that writes; server: have the API server judge it, and persist nothing.")
    @Nullable
    Mode mode;

    /** Whether nothing may be sent that writes. */
    public boolean isClient() {
        return mode == Mode.CLIENT;
    }

    /** Whether the API server is to judge, and persist nothing. */
    public boolean isServer() {
        return mode == Mode.SERVER;
    }

    /** Whether it is one of the two. */
    public boolean isOn() {
        return isClient() || isServer();
    }

    /** What kubectl puts behind what it says to have done. */
    public String suffix() {
        return isClient() ? " (dry run)" : isServer() ? " (server dry run)" : "";
    }
}
