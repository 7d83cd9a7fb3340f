// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct;

import dev.renacer.tracer.syscall.Digits;
import java.util.Map;

/** What is known of a queue, of semaphores and of shared memory of System V, where a word has 64 bits. */
public final class SystemV {
    private static final int PERMISSIONS = 48;
    /** The bytes of a struct semid64_ds of x86-64, which has more in it. */
    private static final int WIDE_SEMAPHORES = 104;

    private SystemV() {}

    static void register(Map<String, StructWriter> writers) {
        writers.put("msqid", SystemV::queue);
        writers.put("semid", SystemV::semaphores);
        writers.put("shmid", SystemV::segment);
    }

    /** Writes what is set of it: of a struct msqid64_ds, semid64_ds or shmid64_ds. */
    public static void set(StringBuilder out, Memory memory, String type) {
        boolean queue = type.equals("msqid");
        permissions(out.append('{').append(queue ? "msg" : type.substring(0, 3)), memory, false);
        if (queue) {
            Digits.unsigned(out.append(", msg_qbytes="), memory.i64(PERMISSIONS + 40));
        }
        out.append('}');
    }

    private static void permissions(StringBuilder out, Memory memory, boolean all) {
        out.append("_perm={uid=").append(memory.u32(4));
        out.append(", gid=").append(memory.u32(8));
        Digits.mode(out.append(", mode="), memory.u32(20));
        if (all) {
            Digits.hex(out.append(", key="), memory.u32(0));
            out.append(", cuid=").append(memory.u32(12));
            out.append(", cgid=").append(memory.u32(16));
        }
        out.append('}');
    }

    private static void queue(StringBuilder out, Memory memory) {
        permissions(out.append("{msg"), memory, true);
        time(out, ", msg_stime=", memory, 0);
        time(out, ", msg_rtime=", memory, 8);
        time(out, ", msg_ctime=", memory, 16);
        time(out, ", msg_qnum=", memory, 32);
        time(out, ", msg_qbytes=", memory, 40);
        out.append(", msg_lspid=").append(memory.i32(PERMISSIONS + 48));
        out.append(", msg_lrpid=").append(memory.i32(PERMISSIONS + 52)).append('}');
    }

    private static void semaphores(StringBuilder out, Memory memory) {
        boolean wide = memory.length() >= WIDE_SEMAPHORES;
        permissions(out.append("{sem"), memory, true);
        time(out, ", sem_otime=", memory, 0);
        time(out, ", sem_ctime=", memory, wide ? 16 : 8);
        time(out, ", sem_nsems=", memory, wide ? 32 : 16);
        out.append('}');
    }

    private static void segment(StringBuilder out, Memory memory) {
        permissions(out.append("{shm"), memory, true);
        time(out, ", shm_segsz=", memory, 0);
        out.append(", shm_cpid=").append(memory.i32(PERMISSIONS + 32));
        out.append(", shm_lpid=").append(memory.i32(PERMISSIONS + 36));
        time(out, ", shm_nattch=", memory, 40);
        time(out, ", shm_atime=", memory, 8);
        time(out, ", shm_dtime=", memory, 16);
        time(out, ", shm_ctime=", memory, 24);
        out.append('}');
    }

    /** A field of 64 bits behind the permissions. */
    private static void time(StringBuilder out, String name, Memory memory, int offset) {
        Digits.unsigned(out.append(name), memory.i64(PERMISSIONS + offset));
    }
}
