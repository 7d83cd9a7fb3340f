// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.stuck.Activity;
import dev.renacer.tracer.stuck.Party;
import dev.renacer.tracer.stuck.StuckThread;
import dev.renacer.tracer.stuck.WaitFor;
import dev.renacer.tracer.stuck.call.Age;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Which threads are one entry, and what it says of all of them. */
class ThreadEntryTest {
    private static final Party OWNER = new Party(10, 10, "main", "asleep", "owner", "10");

    @Test
    void threadsThatWaitForTheSameLockAreOneEntry() {
        List<ThreadEntry> entries = entries(locked(11, 0x1000), locked(12, 0x1000));

        assertThat(entries).hasSize(1);
        assertThat(entries.getFirst().doing()).isEqualTo("asleep");
    }

    @Test
    void twoLocksOfTheSameOwnerAreTwoEntries() {
        assertThat(entries(locked(11, 0x1000), locked(12, 0x2000))).hasSize(2);
    }

    @Test
    void futexesOfWhichNoLockIsKnownAreNamedInTheOneEntry() {
        List<ThreadEntry> entries = entries(waiting(11, 0x1000), waiting(12, 0x2000), waiting(13, 0x1000));

        assertThat(entries).hasSize(1);
        assertThat(entries.getFirst().doing()).isEqualTo("asleep at 2 futexes (0x1000, 0x2000)");
    }

    @Test
    void ofManyFutexesSomeAreNamed() {
        StuckThread[] pool = LongStream.rangeClosed(1, 8)
                .mapToObj(number -> waiting((int) number, 0x1000 * number))
                .toArray(StuckThread[]::new);

        assertThat(entries(pool).getFirst().doing())
                .isEqualTo("asleep at 8 futexes (0x1000, 0x2000, 0x3000, 0x4000, 0x5000, 0x6000 and 2 more)");
    }

    private static List<ThreadEntry> entries(StuckThread... threads) {
        return ThreadEntry.of(List.of(threads), Set.of());
    }

    private static StuckThread locked(int tid, long address) {
        return thread(
                tid,
                address,
                List.of(new WaitFor(
                        WaitFor.Kind.LOCK,
                        "waits for a mutex at 0x" + Long.toHexString(address) + " that thread 10 (main), asleep, holds",
                        List.of(OWNER),
                        WaitFor.WAITING)));
    }

    private static StuckThread waiting(int tid, long address) {
        return thread(tid, address, List.of());
    }

    private static StuckThread thread(int tid, long address, List<WaitFor> waits) {
        return new StuckThread(
                10,
                tid,
                tid,
                "t" + tid,
                Activity.SLEEPING,
                false,
                "",
                Age.UNKNOWN,
                "",
                List.of(),
                Optional.of("futex"),
                "futex(0x" + Long.toHexString(address) + ", FUTEX_WAIT, 2, NULL)",
                address,
                waits,
                Optional.empty(),
                Optional.empty());
    }
}
