// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import dev.renacer.nodeagent.process.ContainerCgroup;
import dev.renacer.nodeagent.process.ProcessFiles;
import dev.renacer.nodeagent.process.ProcessFinder;
import dev.renacer.nodeagent.process.ProcessLook;
import dev.renacer.nodeagent.process.ProcessWatch;
import dev.renacer.nodeagent.process.WantedProcesses;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for processes of the assignments that were not started by a traced process (kubectl exec, exec probes, a
 * container that starts within the window). They are noticed a few ms after they begin ({@link ProcessWatch}), and once
 * a second all processes of the node are looked at, in one pass for all assignments. Without assignments nothing runs.
 * Thread-safe.
 */
final class ProcessDiscovery {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessDiscovery.class);
    /**
     * How long a process of a traced container may go unseen if it was not noticed when it began. A pass over 5,000
     * processes costs some tens of ms.
     */
    private static final Duration SCAN_PERIOD = Duration.ofSeconds(1);

    private final ProcessFinder finder;
    private final ProcessFiles files;
    private final ScheduledExecutorService scanner;
    private final LongConsumer onScan;
    private volatile List<Assignment> running = List.of();
    private Optional<ProcessWatch> watch = Optional.empty();
    private Optional<Future<?>> scanning = Optional.empty();

    /** When the last look at all processes ended, or the first was due; 0 while nothing is assigned. */
    private volatile long lastLook;

    /** Whether the last look failed, which is logged once. Used by the scanner's thread. */
    private boolean scanFails;

    /**
     * @param finder   finds processes
     * @param files    finds out what they are
     * @param scanner  runs the looks at all processes
     * @param onScan   called with the ns that such a look took, on the scanner's thread
     */
    ProcessDiscovery(ProcessFinder finder, ProcessFiles files, ScheduledExecutorService scanner, LongConsumer onScan) {
        this.finder = finder;
        this.files = files;
        this.scanner = scanner;
        this.onScan = onScan;
    }

    /** The assignments whose processes are looked for from now on; starts and ends the looks. */
    synchronized void assignments(Collection<Assignment> active) {
        running = List.copyOf(active);
        if (!active.isEmpty() && scanning.isEmpty()) {
            lastLook = System.nanoTime();
            scanning = Optional.of(scanner.scheduleWithFixedDelay(
                    this::scan, SCAN_PERIOD.toMillis(), SCAN_PERIOD.toMillis(), TimeUnit.MILLISECONDS));
            ProcessWatch started = new ProcessWatch(finder.procfs(), this::look);
            watch = Optional.of(started);
            started.start();
        } else if (active.isEmpty()) {
            scanning.ifPresent(future -> future.cancel(false));
            watch.ifPresent(ProcessWatch::close);
            watch = Optional.empty();
            lastLook = 0;
            scanning = Optional.empty();
        }
    }

    /** Whether the looks at all processes have stalled, in words for a log; empty if they continue. Takes no lock. */
    Optional<String> stalled(Duration limit) {
        long last = lastLook;
        long nanos = System.nanoTime() - last;
        return last == 0 || nanos <= limit.toNanos()
                ? Optional.empty()
                : Optional.of("the node's processes have not been looked at for "
                        + Duration.ofNanos(nanos).toSeconds() + " s");
    }

    /** Looks at a process, or a thread, that began a moment ago. */
    private ProcessLook.Outcome look(int pid, boolean first) {
        return switch (finder.place(pid)) {
            case ProcessFinder.Place.Gone() -> ProcessLook.Outcome.ABSENT;
            case ProcessFinder.Place.Own() -> ProcessLook.Outcome.SETTLED;
            case ProcessFinder.Place.Outside() ->
                youngIf(!first || isUntraced(pid)); // it may yet be moved into a container
            case ProcessFinder.Place.Inside(ContainerCgroup container) -> {
                List<Assignment> concerned = running.stream()
                        .filter(assignment -> assignment.wanted().include(container))
                        .toList();
                boolean again = false;
                if (!concerned.isEmpty() && isUntraced(pid)) {
                    for (Assignment assignment : concerned) {
                        again |= assignment.appeared(container, pid);
                    }
                }
                yield youngIf(again);
            }
        };
    }

    private static ProcessLook.Outcome youngIf(boolean young) {
        return young ? ProcessLook.Outcome.YOUNG : ProcessLook.Outcome.SETTLED;
    }

    /** Whether it is a process that nobody traces: children of a traced process are traced from their first call. */
    private boolean isUntraced(int pid) {
        return files.nature(pid)
                .filter(nature -> nature.isProcess() && !nature.isTraced())
                .isPresent();
    }

    private void scan() {
        try {
            List<Assignment> assignments = running;
            WantedProcesses wanted =
                    assignments.stream().map(Assignment::wanted).reduce(WantedProcesses.NONE, WantedProcesses::plus);
            long start = System.nanoTime();
            Map<ContainerCgroup, List<Integer>> found = finder.find(wanted);
            onScan.accept(System.nanoTime() - start);
            assignments.forEach(assignment -> assignment.scanned(found));
            if (scanFails) {
                LOG.info("the node's processes are looked at again");
            }
            scanFails = false;
            if (lastLook != 0) {
                lastLook = System.nanoTime();
            }
        } catch (IOException | RuntimeException | Error e) {
            // A scheduled task that throws is never run again.
            if (!scanFails) {
                LOG.error("the node's processes cannot be looked at; retrying every second", e);
            }
            scanFails = true;
        }
    }
}
