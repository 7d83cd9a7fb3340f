// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --dry-run}, as kubectl has it. */
final class DryRun {
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

    boolean isClient() {
        return mode == Mode.CLIENT;
    }

    boolean isServer() {
        return mode == Mode.SERVER;
    }

    boolean isOn() {
        return isClient() || isServer();
    }

    /** What kubectl puts behind what it says to have done. */
    String suffix() {
        return isClient() ? " (dry run)" : isServer() ? " (server dry run)" : "";
    }
}
