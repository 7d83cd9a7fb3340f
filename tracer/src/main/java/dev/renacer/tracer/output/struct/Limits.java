// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct;

import dev.renacer.tracer.syscall.Digits;
import java.util.Map;

/** What a process may use and has used, and what the system is. */
final class Limits {
    private static final int NAME_BYTES = 65;
    private static final long KIBI = 1024;
    private static final String[] MORE_NAMES = {", release=", ", version=", ", machine=", ", domainname="};
    private static final String[] COUNTERS = {
        ", ru_maxrss=", ", ru_ixrss=", ", ru_idrss=", ", ru_isrss=", ", ru_minflt=", ", ru_majflt=", ", ru_nswap=",
        ", ru_inblock=", ", ru_oublock=", ", ru_msgsnd=", ", ru_msgrcv=", ", ru_nsignals=", ", ru_nvcsw=",
                ", ru_nivcsw="
    };
    private static final Names OPEN = Names.of("open_flag");
    private static final Names SEMAPHORE = Names.of("field_sem");
    private static final Names QUOTA_VALID = Names.of("field_dqblk");
    private static final Names QUOTA_FLAGS = Names.of("field_dqinfo");
    private static final Names QUOTA_INFO_VALID = Names.of("field_dqinfo_valid");
    /** 64 bits each, of struct if_dqblk. */
    private static final String[] QUOTA = {
        "{dqb_bhardlimit=",
        ", dqb_bsoftlimit=",
        ", dqb_curspace=",
        ", dqb_ihardlimit=",
        ", dqb_isoftlimit=",
        ", dqb_curinodes=",
        ", dqb_btime=",
        ", dqb_itime="
    };
    /** So many of them are always shown. */
    private static final int QUOTA_SHOWN = 6;

    private Limits() {}

    static void register(Map<String, StructWriter> writers) {
        writers.put("rlimit", Limits::limit);
        writers.put("rlimit64", Limits::limit64);
        writers.put("rusage", Limits::usage);
        writers.put("sysinfo", Limits::system);
        writers.put("utsname", Limits::names);
        writers.put("mq_attr", Limits::queue);
        writers.put("sembuf", Limits::semaphore);
        writers.put("winsize", Limits::window);
        writers.put("dqblk", Limits::quota);
        writers.put("dqinfo", Limits::quotaInfo);
    }

    private static void quota(StringBuilder out, Memory memory) {
        for (int index = 0; index < (memory.verbose() ? QUOTA.length : QUOTA_SHOWN); index++) {
            Digits.unsigned(out.append(QUOTA[index]), memory.i64(index * Long.BYTES));
        }
        if (!memory.verbose()) {
            out.append(", ...}");
            return;
        }
        flags(out.append(", dqb_valid="), QUOTA_VALID, memory, QUOTA.length * Long.BYTES);
        out.append('}');
    }

    private static void quotaInfo(StringBuilder out, Memory memory) {
        Digits.unsigned(out.append("{dqi_bgrace="), memory.i64(0));
        Digits.unsigned(out.append(", dqi_igrace="), memory.i64(8));
        flags(out.append(", dqi_flags="), QUOTA_FLAGS, memory, 16);
        flags(out.append(", dqi_valid="), QUOTA_INFO_VALID, memory, 20);
        out.append('}');
    }

    private static void flags(StringBuilder out, Names names, Memory memory, int offset) {
        long value = memory.u32(offset);
        if (value == 0) {
            out.append('0');
        } else {
            names.write(out, memory, value);
        }
    }

    private static void limit(StringBuilder out, Memory memory) {
        bound(out.append("{rlim_cur="), memory.word(0), memory.narrow());
        bound(out.append(", rlim_max="), memory.word(memory.wordSize()), memory.narrow());
        out.append('}');
    }

    private static void limit64(StringBuilder out, Memory memory) {
        bound(out.append("{rlim_cur="), memory.i64(0), false);
        bound(out.append(", rlim_max="), memory.i64(8), false);
        out.append('}');
    }

    private static void bound(StringBuilder out, long value, boolean narrow) {
        if (narrow && value == 0xffff_ffffL) {
            out.append("RLIM_INFINITY");
        } else if (value == -1) {
            out.append("RLIM64_INFINITY");
        } else if (Long.compareUnsigned(value, KIBI) > 0 && value % KIBI == 0) {
            Digits.unsigned(out, Long.divideUnsigned(value, KIBI));
            out.append("*1024");
        } else {
            Digits.unsigned(out, value);
        }
    }

    private static void usage(StringBuilder out, Memory memory) {
        Times.timeval(out.append("{ru_utime="), memory);
        Times.timeval(out.append(", ru_stime="), memory.from(2 * memory.wordSize()));
        if (!memory.verbose()) {
            out.append(", ...}");
            return;
        }
        int word = memory.wordSize();
        for (int index = 0; index < COUNTERS.length; index++) {
            Digits.unsigned(out.append(COUNTERS[index]), memory.word((4 + index) * word));
        }
        out.append('}');
    }

    private static void system(StringBuilder out, Memory memory) {
        int word = memory.wordSize();
        out.append("{uptime=").append(memory.signedWord(0));
        Digits.unsigned(out.append(", loads=["), memory.word(word));
        Digits.unsigned(out.append(", "), memory.word(2 * word));
        Digits.unsigned(out.append(", "), memory.word(3 * word));
        Digits.unsigned(out.append("], totalram="), memory.word(4 * word));
        Digits.unsigned(out.append(", freeram="), memory.word(5 * word));
        Digits.unsigned(out.append(", sharedram="), memory.word(6 * word));
        Digits.unsigned(out.append(", bufferram="), memory.word(7 * word));
        Digits.unsigned(out.append(", totalswap="), memory.word(8 * word));
        Digits.unsigned(out.append(", freeswap="), memory.word(9 * word));
        out.append(", procs=").append(memory.u16(10 * word));
        Digits.unsigned(out.append(", totalhigh="), memory.word(11 * word));
        Digits.unsigned(out.append(", freehigh="), memory.word(12 * word));
        out.append(", mem_unit=").append(memory.u32(13 * word)).append('}');
    }

    private static void names(StringBuilder out, Memory memory) {
        memory.part(0, NAME_BYTES).quotedName(out.append("{sysname="));
        memory.part(NAME_BYTES, NAME_BYTES).quotedName(out.append(", nodename="));
        if (!memory.verbose()) {
            out.append(", ...}");
            return;
        }
        for (int index = 0; index < MORE_NAMES.length; index++) {
            memory.part((2 + index) * NAME_BYTES, NAME_BYTES).quotedName(out.append(MORE_NAMES[index]));
        }
        out.append('}');
    }

    private static void queue(StringBuilder out, Memory memory) {
        int word = memory.wordSize();
        OPEN.write(out.append("{mq_flags="), memory, memory.word(0));
        out.append(", mq_maxmsg=").append(memory.signedWord(word));
        out.append(", mq_msgsize=").append(memory.signedWord(2 * word));
        out.append(", mq_curmsgs=").append(memory.signedWord(3 * word)).append('}');
    }

    private static void window(StringBuilder out, Memory memory) {
        out.append("{ws_row=").append(memory.u16(0)).append(", ws_col=").append(memory.u16(2));
        out.append(", ws_xpixel=")
                .append(memory.u16(4))
                .append(", ws_ypixel=")
                .append(memory.u16(6))
                .append('}');
    }

    private static void semaphore(StringBuilder out, Memory memory) {
        out.append("{sem_num=").append(memory.u16(0)).append(", sem_op=").append((short) memory.u16(2));
        SEMAPHORE.write(out.append(", sem_flg="), memory, memory.u16(4));
        out.append('}');
    }
}
