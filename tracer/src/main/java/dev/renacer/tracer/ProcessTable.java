// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.capture.ByteText;
import dev.renacer.capture.ring.CapturedEvent;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The processes of one session that are under trace, by pid. Not thread-safe. */
final class ProcessTable {
    private static final String DELETED = " (deleted)";

    private final Map<Integer, TracedProcess> living = new HashMap<>();
    /** What was found last: an event mostly belongs to the same process as the one before. */
    private Optional<TracedProcess> recent = Optional.empty();

    /** The process with this pid, if it is under trace according to the events. */
    Optional<TracedProcess> find(int pid) {
        if (recent.isEmpty() || recent.get().pid() != pid) {
            recent = Optional.ofNullable(living.get(pid));
        }
        return recent;
    }

    /** Adds a process that comes under trace. */
    TracedProcess started(CapturedEvent event) {
        int vpid = event.arg(0) > 0 ? (int) event.arg(0) : event.tgid();
        return put(describe(event, vpid, event.aux()).createdAt(ProcFacts.created(event.arg(3))));
    }

    /** Replaces a process by the program it now runs. */
    TracedProcess executed(CapturedEvent event, TracedProcess before) {
        return put(describe(event, before.vpid(), before.parentPid()).createdAt(before.created()));
    }

    /** The process has published its resource. */
    TracedProcess published(TracedProcess process, Map<String, String> resource) {
        return put(process.publishing(resource));
    }

    /** Adds a process whose start event was lost, as far as /proc still knows it. */
    TracedProcess startLost(int pid) {
        ProcFacts facts = ProcFacts.read(pid);
        return put(new TracedProcess(
                        pid,
                        facts.vpid(),
                        facts.parentPid(),
                        name(facts.executable(), facts.comm()),
                        facts.executable())
                .createdAt(facts.created()));
    }

    /** The process is gone or no longer traced. */
    void ended(TracedProcess process) {
        living.remove(process.pid());
        recent = Optional.empty();
    }

    private TracedProcess put(TracedProcess process) {
        living.put(process.pid(), process);
        recent = Optional.of(process);
        return process;
    }

    private static TracedProcess describe(CapturedEvent event, int vpid, int parentPid) {
        Optional<String> comm = text(event, 0);
        Optional<String> executable = text(event, 1);
        return new TracedProcess(event.tgid(), vpid, parentPid, name(executable, comm), executable);
    }

    private static Optional<String> text(CapturedEvent event, int argument) {
        for (int piece = 0; piece < event.pieceCount(); piece++) {
            if (event.pieceArg(piece) == argument && !event.pieceUnreadable(piece)) {
                String text = ByteText.escaped(ByteText.decode(event.pieceBytes(piece)));
                return text.isEmpty() ? Optional.empty() : Optional.of(text);
            }
        }
        return Optional.empty();
    }

    /** The executable's file name, otherwise the kernel's comm. */
    private static String name(Optional<String> executable, Optional<String> comm) {
        return executable
                .map(path -> path.endsWith(DELETED) ? path.substring(0, path.length() - DELETED.length()) : path)
                .map(path -> path.substring(path.lastIndexOf('/') + 1))
                .filter(file -> !file.isEmpty())
                .or(() -> comm)
                .orElse("unknown");
    }
}
