// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.command;

import dev.renacer.cli.kubectl.option.ClusterOptions;
import dev.renacer.cli.kubectl.option.OutputOption;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What every verb that asks a cluster has: which cluster is meant, and how the answer is printed. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields before call()
abstract class ClusterCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @ParentCommand
    PluginCommand plugin;

    @Mixin
    OutputOption output = new OutputOption();

    /** Which cluster and namespace, given before or behind the verb. */
    final ClusterOptions cluster() {
        return plugin.cluster();
    }

    /** Results. */
    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Notices, and what is wrong. */
    final PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
