// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.command;

import dev.renacer.cli.kubectl.option.ClusterOptions;

/** The command that the verbs stand behind: it has what is given before or behind each of them. */
public interface PluginCommand {
    /** Which cluster and namespace are meant. */
    ClusterOptions cluster();
}
