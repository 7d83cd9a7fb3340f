// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.capture.ring.CapturedEvent;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The processes of one session by pid. A process that exited is remembered for a while, because another ring of the
 * session may still hold calls of its threads. Not thread-safe.
 */
final class ProcessTable {
    private static final int EXITED_KEPT = 1024;
    private static final String DELETED = " (deleted)";

    private final Map<Integer, TracedProcess> living = new HashMap<>();
    private final Set<Integer> unannounced = new HashSet<>();
    private final Map<Integer, TracedProcess> exited = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, TracedProcess> eldest) {
            return size() > EXITED_KEPT;
        }
    };

    /** The process with this pid, living or exited a while ago. */
    Optional<TracedProcess> find(int pid) {
        TracedProcess process = living.get(pid);
        return Optional.ofNullable(process != null ? process : exited.get(pid));
    }

    /** Whether this living process was taken up by {@link #unannounced} and has not been announced since. */
    boolean isUnannounced(int pid) {
        return unannounced.contains(pid);
    }

    /** Takes up a process that comes under trace. */
    TracedProcess started(CapturedEvent event) {
        int vpid = event.arg(0) > 0 ? (int) event.arg(0) : event.tgid();
        return put(describe(event, vpid, event.aux()));
    }

    /** Replaces a process by the program it now runs. */
    TracedProcess executed(CapturedEvent event, TracedProcess before) {
        return put(describe(event, before.vpid(), before.parentPid()));
    }

    /** Takes up a process whose start was lost or lies in another ring, as far as /proc still knows it. */
    TracedProcess unannounced(int pid) {
        ProcFacts facts = ProcFacts.read(pid);
        TracedProcess process = put(new TracedProcess(
                pid, facts.vpid(), facts.parentPid(), name(facts.executable(), facts.comm()), facts.executable()));
        unannounced.add(pid);
        return process;
    }

    /** The process is gone or no longer traced. */
    void ended(TracedProcess process) {
        living.remove(process.pid());
        unannounced.remove(process.pid());
        exited.put(process.pid(), process);
    }

    private TracedProcess put(TracedProcess process) {
        exited.remove(process.pid());
        unannounced.remove(process.pid());
        living.put(process.pid(), process);
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
                String text = new String(event.pieceBytes(piece), StandardCharsets.UTF_8);
                return text.isEmpty() ? Optional.empty() : Optional.of(text);
            }
        }
        return Optional.empty();
    }

    /** The executable's file name, else the kernel's comm. */
    private static String name(Optional<String> executable, Optional<String> comm) {
        return executable
                .map(path -> path.endsWith(DELETED) ? path.substring(0, path.length() - DELETED.length()) : path)
                .map(path -> path.substring(path.lastIndexOf('/') + 1))
                .filter(file -> !file.isEmpty())
                .or(() -> comm)
                .orElse("unknown");
    }
}
