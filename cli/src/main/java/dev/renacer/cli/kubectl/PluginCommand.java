// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

/** The command that the verbs stand behind: it has what is given before or behind each of them. */
interface PluginCommand {
    /** Which cluster and namespace are meant. */
    ClusterOptions cluster();
}
