// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Processes that began a moment ago and may yet become a container's: a runtime starts a container's first process, and
 * that of an exec, in its own cgroup and usually moves it within a few ms. They are looked at often at first, and for
 * two seconds. Not thread-safe.
 */
final class YoungProcesses {
    /** How long a process is looked at again. */
    static final Duration YOUTH = Duration.ofSeconds(2);

    /** The kernel shows an ID before its process can be seen: in between it copies the parent's memory. */
    static final Duration CREATION = Duration.ofMillis(20);

    /** The maximum number; the oldest give way. */
    static final int MOST = 4096;

    /** How often a process is looked at up to which age; at first, whenever anything is looked at. */
    private enum Stage {
        FIRST(30, 1),
        NEXT(100, 3),
        SECOND(200, 10),
        THIRD(500, 25),
        LAST(YOUTH.toMillis(), 100);

        private final long untilNanos;
        private final long everyNanos;

        Stage(long untilMillis, long everyMillis) {
            this.untilNanos = Duration.ofMillis(untilMillis).toNanos();
            this.everyNanos = Duration.ofMillis(everyMillis).toNanos();
        }
    }

    private static final class Young {
        private final long since;
        private long next;
        private boolean seen;

        Young(long since) {
            this.since = since;
            this.next = since;
        }

        /** Whether it is looked at again after this. */
        boolean goesOn(ProcessLook.Outcome outcome, long now) {
            return switch (outcome) {
                case ABSENT -> !seen && now - since < CREATION.toNanos();
                case SETTLED -> false;
                case YOUNG -> staysYoung(now);
            };
        }

        /** Whether it stays young; if so, sets when it is looked at next. */
        private boolean staysYoung(long now) {
            seen = true;
            for (Stage stage : Stage.values()) {
                if (now - since < stage.untilNanos) {
                    next = now + stage.everyNanos;
                    return true;
                }
            }
            return false;
        }
    }

    private final Map<Integer, Young> young = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Young> eldest) {
            return size() > MOST;
        }
    };

    /** Adds a process that has just begun. If its ID is known already, it is a later process: IDs are reused. */
    void add(int pid, long nowNanos) {
        young.remove(pid);
        young.put(pid, new Young(nowNanos));
    }

    /**
     * Looks at the processes that are due.
     *
     * @return how many there were
     */
    int look(long nowNanos, ProcessLook look) {
        int looks = 0;
        for (Iterator<Map.Entry<Integer, Young>> all = young.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Integer, Young> entry = all.next();
            Young one = entry.getValue();
            if (one.next - nowNanos > 0) {
                continue;
            }
            looks++;
            if (!one.goesOn(look.at(entry.getKey(), !one.seen), nowNanos)) {
                all.remove();
            }
        }
        return looks;
    }

    /** How many there are. */
    int size() {
        return young.size();
    }
}
