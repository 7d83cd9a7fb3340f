// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.print;

import java.util.Locale;

/** What {@code -o} takes, spelt as kubectl spells it. */
public enum OutputFormat {
    /** Without {@code -o}: for people. */
    TEXT,
    WIDE,
    JSON,
    YAML,
    NAME;

    /** As written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
