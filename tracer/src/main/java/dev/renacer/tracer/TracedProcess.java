// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A process under trace, as reported by {@link TraceEvent.ProcessStarted} and {@link TraceEvent.ProgramExecuted}. A new
 * program (exec) gives a new value with the same pid, and so does what it publishes about itself.
 *
 * @param pid         process id in the tracer's PID namespace
 * @param vpid        process id inside its own (the container's) PID namespace; equals pid without one
 * @param parentPid   the parent's process id, 0 if unknown
 * @param name        short name: the executable's file name, otherwise the kernel's comm
 * @param executable  path of the executable as the target sees it; empty if it could not be read
 * @param created     when the kernel created it (not when it executed its program), to a hundredth of a second; with its
 *     pid it tells it from every other process of this boot. Empty if unknown
 * @param published   attributes of its resource that it has published (OTEP 4719), in its order; those that are texts.
 *     They are the program's own words
 */
public record TracedProcess(
        int pid,
        int vpid,
        int parentPid,
        String name,
        Optional<String> executable,
        Optional<Instant> created,
        Map<String, String> published) {

    /** One that has published nothing, created nobody knows when. */
    public TracedProcess(int pid, int vpid, int parentPid, String name, Optional<String> executable) {
        this(pid, vpid, parentPid, name, executable, Optional.empty(), Map.of());
    }

    /** This process, which was created then. */
    public TracedProcess createdAt(Optional<Instant> when) {
        return new TracedProcess(pid, vpid, parentPid, name, executable, when, published);
    }

    /** This process, which has published that. */
    public TracedProcess publishing(Map<String, String> resource) {
        return new TracedProcess(pid, vpid, parentPid, name, executable, created, resource);
    }
}
