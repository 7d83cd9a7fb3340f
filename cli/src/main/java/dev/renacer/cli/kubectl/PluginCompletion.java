// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;

/**
 * Answers kubectl when a user presses Tab behind {@code kubectl renacer}: kubectl runs {@code kubectl_complete-renacer} with all
 * words so far, the last one perhaps empty, and expects candidates, a line each, and at last a colon with a number that tells the
 * shell what else to offer (kubernetes.io, Extend kubectl with plugins; cobra's ShellCompDirective).
 */
final class PluginCompletion {
    /** What {@code kubectl_complete-renacer} puts before the words; hidden from the help. */
    static final String VERB = "__complete";

    private static final String FILES = ":0";
    private static final String NO_FILES = ":4";

    private PluginCompletion() {}

    /** Prints the candidates for the last word. */
    static void print(PrintWriter out, CommandLine commandLine, List<String> words) {
        String[] args = words.isEmpty() ? new String[] {""} : words.toArray(String[]::new);
        String last = args[args.length - 1];
        List<CharSequence> rest = new ArrayList<>();
        AutoComplete.complete(commandLine.getCommandSpec(), args, args.length - 1, last.length(), last.length(), rest);
        // The candidates come without what has been typed.
        rest.stream().map(candidate -> last + candidate).distinct().sorted().forEach(out::println);
        boolean file = args.length > 1 && args[args.length - 2].equals("--kubeconfig");
        out.println(file ? FILES : NO_FILES);
        out.flush();
    }
}
