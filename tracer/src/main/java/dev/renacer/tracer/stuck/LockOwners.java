// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck;

import dev.renacer.capture.look.CallLook;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Who holds the lock that a thread waits for in futex(2): what a C library of 64 bits has written beside the futex word. Each
 * layout is believed only if all of it fits. An owner that is no thread of the process is told as such: it has mostly ended.
 *
 * <p>Sources: glibc, sysdeps/nptl/bits/struct_mutex.h and struct_rwlock.h of x86 and generic (the same since 2.30), nptl/lowlevellock.h;
 * musl, src/internal/pthread_impl.h; futex(2) for locks with priority inheritance and robust ones, whose word the kernel reads itself.
 */
final class LockOwners {
    private static final int COMMAND = 0x7f;
    private static final int PRIVATE = 0x80;
    private static final int FUTEX_WAIT = 0;
    private static final int FUTEX_LOCK_PI = 6;
    private static final int FUTEX_WAIT_BITSET = 9;
    private static final int FUTEX_LOCK_PI2 = 13;
    private static final int FUTEX_WAITERS = 0x8000_0000;
    private static final int FUTEX_TID_MASK = 0x3fff_ffff;

    /** The word of a lock of glibc's that is held and waited for. */
    private static final int CONTENDED = 2;
    /** The word of a mutex of musl's without a recorded owner, likewise: EBUSY and the flag of waiters. */
    private static final int MUSL_CONTENDED = 0x8000_0010;

    /** Bits of __kind: four types, robust, priority inheritance and protection, shared, elision. */
    private static final int KINDS = 0x3ff;

    private static final int MOST_COUNTED = 1 << 20;

    /** Where a FILE of glibc's has its owner behind its lock, the upper half of that address is here, which is larger. */
    private static final int MOST_USERS = 1 << 12;

    private static final int MUTEX_BYTES = 20;
    private static final int RWLOCK_BEFORE = 12;
    private static final int RWLOCK_BYTES = 32;

    private final CallLook look;
    private final AbsentThreads absent;

    /**
     * @param look    reads the memory of the process
     * @param absent  what is said of owners that are none of its threads
     */
    LockOwners(CallLook look, AbsentThreads absent) {
        this.look = look;
        this.absent = absent;
    }

    /**
     * What a thread in futex(2) waits for.
     *
     * @param arguments  of the call
     * @param threads    of its process, by their numbers in its own PID namespace
     */
    Optional<WaitFor> find(int tid, List<Long> arguments, Map<Integer, Party> threads) {
        long address = arguments.get(0);
        int operation = arguments.get(1).intValue();
        int value = arguments.get(2).intValue();
        ByteBuffer memory = read(tid, address, MUTEX_BYTES);
        if (memory.remaining() < Integer.BYTES) {
            return Optional.empty();
        }
        int word = memory.getInt(0);
        int command = operation & COMMAND;
        boolean named = command == FUTEX_LOCK_PI || command == FUTEX_LOCK_PI2;
        boolean shared = (operation & PRIVATE) == 0;
        int owner = word & FUTEX_TID_MASK;
        Party holder = threads.get(owner);
        if (named) {
            String what = "a mutex with priority inheritance";
            return Optional.of(
                    holder != null
                            ? lock(what, address, holder)
                            : absent(what, address, owner, shared)
                                    .orElseGet(() -> unknown(what, address, "its owner is no thread of this process")));
        }
        if (command == FUTEX_WAIT && value == word && (word & FUTEX_WAITERS) != 0) {
            return word == MUSL_CONTENDED
                    ? Optional.of(unknown("a mutex of musl's", address, "one of its type records no owner"))
                    : Optional.ofNullable(holder).map(known -> lock("a mutex", address, known));
        }
        if (command == FUTEX_WAIT && value == CONTENDED && word == CONTENDED) {
            return mutex(memory, address, shared, threads)
                    .or(() -> Optional.of(unknown("a change of memory", address, "no owner is recorded there")));
        }
        if (command == FUTEX_WAIT_BITSET || command == FUTEX_WAIT) {
            if (shared && value == word && holder != null && word == (word & FUTEX_TID_MASK)) {
                return Optional.of(new WaitFor(
                        WaitFor.Kind.JOIN,
                        "waits until " + Words.thread(holder) + ", " + holder.state() + ", ends (pthread_join)",
                        List.of(holder),
                        WaitFor.WAITING));
            }
            return readWriteLock(tid, address, value, shared, threads);
        }
        return Optional.empty();
    }

    /** A pthread_mutex_t: __lock, __count, __owner, __nusers, __kind. */
    private Optional<WaitFor> mutex(ByteBuffer memory, long address, boolean shared, Map<Integer, Party> threads) {
        if (memory.remaining() < MUTEX_BYTES) {
            return Optional.empty();
        }
        int count = memory.getInt(4);
        int users = memory.getInt(12);
        int kind = memory.getInt(16);
        boolean fits = count >= 0 && count < MOST_COUNTED && users >= 0 && users < MOST_COUNTED && (kind & ~KINDS) == 0;
        if (!fits) {
            return Optional.empty();
        }
        int owner = memory.getInt(8);
        Party holder = threads.get(owner);
        if (holder != null) {
            return Optional.of(lock("a mutex", address, holder));
        }
        return users > 0 && users <= MOST_USERS ? absent("a mutex", address, owner, shared) : Optional.empty();
    }

    /**
     * A pthread_rwlock_t: __readers, __writers, __wrphase_futex, __writers_futex, two spare words, __cur_writer, __shared. Threads wait for
     * either of the two futexes.
     */
    private Optional<WaitFor> readWriteLock(
            int tid, long address, int value, boolean shared, Map<Integer, Party> threads) {
        String what = "a read-write lock, held for writing,";
        for (int before : new int[] {8, RWLOCK_BEFORE}) {
            ByteBuffer lock = read(tid, address - before, RWLOCK_BYTES);
            if (lock.remaining() < RWLOCK_BYTES || value < 1 || value > 3 || lock.getInt(before) != value) {
                continue;
            }
            Party writer = threads.get(lock.getInt(24));
            boolean fits = (lock.getInt(28) & ~1) == 0 && lock.getInt(4) >= 0 && (lock.getInt(0) & 1) != 0;
            Optional<WaitFor> held = !fits
                    ? Optional.empty()
                    : writer != null
                            ? Optional.of(lock(what, address - before, writer))
                            : absent(what, address - before, lock.getInt(24), shared);
            if (held.isPresent()) {
                return held;
            }
        }
        return Optional.empty();
    }

    private static WaitFor lock(String what, long address, Party owner) {
        return new WaitFor(
                WaitFor.Kind.LOCK,
                place(what, address) + " that " + Words.thread(owner) + ", " + owner.state() + ", holds",
                List.of(owner),
                WaitFor.WAITING + 10);
    }

    /** Held by a thread that is none of the process: if no other process can unlock it, it is likely that nobody will. */
    private Optional<WaitFor> absent(String what, long address, int owner, boolean shared) {
        return absent.holder(owner, shared)
                .map(holder -> new WaitFor(
                        WaitFor.Kind.LOCK,
                        place(what, address) + holder,
                        List.of(),
                        shared ? WaitFor.WAITING : WaitFor.SUSPICIOUS));
    }

    private static WaitFor unknown(String what, long address, String why) {
        return new WaitFor(WaitFor.Kind.LOCK, place(what, address) + "; " + why, List.of(), WaitFor.WAITING);
    }

    private static String place(String what, long address) {
        return String.format(Locale.ROOT, "waits for %s at 0x%x", what, address);
    }

    private ByteBuffer read(int tid, long address, int length) {
        return ByteBuffer.wrap(look.memory(tid, address, length)).order(ByteOrder.LITTLE_ENDIAN); // both processors'
    }
}
