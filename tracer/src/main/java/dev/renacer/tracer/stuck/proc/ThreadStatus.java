// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck.proc;

import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What /proc/PID/task/TID/status says (proc_pid_status(5)).
 *
 * @param name         the thread's own; {@link dev.renacer.capture.ByteText}
 * @param state        {@code R}, {@code S}, {@code D}, {@code T}, {@code t}, {@code Z}, {@code X} or {@code I}
 * @param pid          of its process
 * @param parent       of its process
 * @param tracer       the thread that traces it; 0: none
 * @param innerTid     its number in its own PID namespace, by which its program knows it
 * @param innerPid     likewise of its process
 * @param voluntary    how often it gave up its CPU by waiting
 * @param involuntary  how often its CPU was taken from it
 */
public record ThreadStatus(
        String name,
        char state,
        int pid,
        int parent,
        int tracer,
        int innerTid,
        int innerPid,
        long voluntary,
        long involuntary) {
    /** Takes the text apart; what is missing is 0, or {@code ?}. */
    public static ThreadStatus parse(String text) {
        Map<String, String> fields = new HashMap<>();
        text.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        String state = fields.getOrDefault("State", "?");
        return new ThreadStatus(
                fields.getOrDefault("Name", ""),
                state.isEmpty() ? '?' : state.charAt(0),
                (int) last(fields, "Tgid"),
                (int) last(fields, "PPid"),
                (int) last(fields, "TracerPid"),
                (int) last(fields, fields.containsKey("NSpid") ? "NSpid" : "Pid"),
                (int) last(fields, fields.containsKey("NStgid") ? "NStgid" : "Tgid"),
                last(fields, "voluntary_ctxt_switches"),
                last(fields, "nonvoluntary_ctxt_switches"));
    }

    /** The same with its name as this says. */
    ThreadStatus named(UnaryOperator<String> shown) {
        return new ThreadStatus(
                shown.apply(name), state, pid, parent, tracer, innerTid, innerPid, voluntary, involuntary);
    }

    /** How often it left a CPU: if two looks show the same number, a thread that slept at both never ran between them. */
    public long switches() {
        return voluntary + involuntary;
    }

    private static long last(Map<String, String> fields, String name) {
        String value = fields.getOrDefault(name, "0");
        try {
            return Long.parseLong(value.substring(value.lastIndexOf('\t') + 1));
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
