// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.print;

import dev.renacer.crds.ContainerLook;
import dev.renacer.crds.ContainerLook.AlikeThreads;
import dev.renacer.crds.ContainerLook.Deadlock;
import dev.renacer.crds.ContainerLook.LookedProcess;
import dev.renacer.crds.ContainerLook.LookedThread;
import dev.renacer.crds.UserText;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the threads of containers wait for, as {@code renacer stuck} writes it: deadlocks first, then what is most suspicious. */
public final class LookText {
    private final PrintWriter out;

    private LookText(PrintWriter out) {
        this.out = out;
    }

    /** Prints it. A status has no pattern of the schema, so that nothing in it steers the terminal. */
    public static void print(PrintWriter out, List<ContainerLook> looks) {
        looks.forEach(new LookText(out)::container);
        out.flush();
    }

    private void container(ContainerLook look) {
        line(
                "",
                look.podName() + "/" + look.containerName()
                        + (look.nodeName() == null ? "" : " on " + look.nodeName()));
        Objects.requireNonNullElse(look.deadlocks(), List.<Deadlock>of()).forEach(this::deadlock);
        look.processes().forEach(this::process);
        if (look.leftOut() != null) {
            line("", look.leftOut());
        }
        line("", "");
    }

    private void deadlock(Deadlock deadlock) {
        int count = deadlock.threads().size();
        line("", "DEADLOCK of " + count + (count == 1 ? " thread:" : " threads:"));
        deadlock.threads().forEach(thread -> line("  ", thread));
        line("", "");
    }

    private void process(LookedProcess process) {
        line(
                "",
                "process " + process.pid() + " (" + process.name() + "), " + process.threads()
                        + (process.threads() == 1 ? " thread" : " threads")
                        + (process.parent() == null ? "" : "; parent " + process.parent()));
        lines("  ", process.facts());
        Objects.requireNonNullElse(process.notShown(), List.<String>of())
                .forEach(what -> line("  ", "not shown: " + what));
        process.groups().forEach(this::group);
    }

    private void group(AlikeThreads group) {
        if (group.count() == 1 && !group.threads().isEmpty()) {
            line("  ", "thread " + named(group.threads().getFirst()) + ": " + group.doing());
        } else {
            line("  ", group.count() + " threads: " + group.doing());
            String some = group.threads().stream().map(LookText::named).collect(Collectors.joining(", "));
            int more = group.count() - group.threads().size();
            line("    ", more > 0 ? some + " and " + more + " more" : some);
        }
        if (group.call() != null) {
            line("    ", group.call());
        }
        lines("    ", group.waitsFor());
        lines("      ", group.stack());
    }

    private static String named(LookedThread thread) {
        return thread.tid() + " (" + thread.name() + ")";
    }

    private void lines(String indent, @Nullable List<String> texts) {
        Objects.requireNonNullElse(texts, List.<String>of()).forEach(text -> line(indent, text));
    }

    private void line(String indent, String text) {
        out.println(indent + UserText.printable(text));
    }
}
