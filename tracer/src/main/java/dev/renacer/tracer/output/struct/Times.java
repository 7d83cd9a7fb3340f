// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct;

import dev.renacer.tracer.syscall.Digits;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;

/** Times and timers: timespec, timeval and what consists of them. A name with 64 has fields of 64 bits in every ABI. */
public final class Times {
    private static final long UTIME_NOW = 0x3fff_ffff;
    private static final long UTIME_OMIT = 0x3fff_fffe;
    private static final int NANO_DIGITS = 9;
    private static final int MICRO_DIGITS = 6;
    private static final Names MODES = Names.of("field_clock_modes");
    private static final Names STATUS = Names.of("field_clock_status");

    private Times() {}

    static void register(Map<String, StructWriter> writers) {
        writers.put("timespec", Times::timespec);
        writers.put("timespec64", (out, memory) -> timespec(out, wide(memory)));
        writers.put("timeval", Times::timeval);
        writers.put("timezone", Times::timezone);
        writers.put("itimerspec", (out, memory) -> timer(out, memory, Times::timespec));
        writers.put("itimerspec64", (out, memory) -> timer(out, wide(memory), Times::timespec));
        writers.put("itimerval", (out, memory) -> timer(out, memory, Times::timeval));
        writers.put("utimbuf", Times::utimbuf);
        writers.put("tms", Times::tms);
        writers.put("timex", Times::timex);
        writers.put("timex64", (out, memory) -> timex(out, wide(memory)));
    }

    /** The same bytes, with words of 64 bits. */
    private static Memory wide(Memory memory) {
        return memory.withWords(false);
    }

    /** Seconds and nanoseconds: a {@code struct timespec}. */
    public static void timespec(StringBuilder out, Memory memory) {
        out.append("{tv_sec=").append(memory.signedWord(0)).append(", tv_nsec=");
        nanos(out, memory);
        out.append('}');
    }

    private static void nanos(StringBuilder out, Memory memory) {
        Digits.unsigned(out, memory.word(memory.wordSize()));
    }

    /** Seconds and microseconds: a {@code struct timeval}. */
    public static void timeval(StringBuilder out, Memory memory) {
        out.append("{tv_sec=").append(memory.signedWord(0)).append(", tv_usec=");
        Digits.unsigned(out, memory.word(memory.wordSize()));
        out.append('}');
    }

    private static void timezone(StringBuilder out, Memory memory) {
        out.append("{tz_minuteswest=").append(memory.i32(0));
        out.append(", tz_dsttime=").append(memory.i32(4)).append('}');
    }

    private static void timer(StringBuilder out, Memory memory, StructWriter time) {
        int size = 2 * memory.wordSize();
        time.write(out.append("{it_interval="), memory.part(0, size));
        time.write(out.append(", it_value="), memory.part(size, size));
        out.append('}');
    }

    /** The times a file gets: with the date, and the two values that are none. */
    public static void fileTime(StringBuilder out, Memory memory, boolean seconds64) {
        Memory time = seconds64 ? wide(memory) : memory;
        long nanos = time.word(time.wordSize());
        if (nanos == UTIME_NOW || nanos == UTIME_OMIT) {
            out.append(nanos == UTIME_NOW ? "UTIME_NOW" : "UTIME_OMIT");
            return;
        }
        timespec(out, time);
        date(out.append(' '), time.signedWord(0), nanos, NANO_DIGITS);
    }

    /** As {@link #fileTime}, in microseconds. */
    public static void fileMicros(StringBuilder out, Memory memory) {
        timeval(out, memory);
        date(out.append(' '), memory.signedWord(0), memory.signedWord(memory.wordSize()), MICRO_DIGITS);
    }

    /** Writes the seconds, and as a comment the whole date. */
    static void dated(StringBuilder out, long seconds, long nanos) {
        date(out.append(seconds).append(' '), seconds, nanos);
    }

    /** Writes the date of a time that stands before it; nothing if it has none, not even the blank before it. */
    static void date(StringBuilder out, long seconds, long nanos) {
        date(out, seconds, nanos, NANO_DIGITS);
    }

    private static void utimbuf(StringBuilder out, Memory memory) {
        out.append("{actime=").append(memory.signedWord(0)).append(' ');
        date(out, memory.signedWord(0), 0, 0);
        out.append(", modtime=").append(memory.signedWord(memory.wordSize())).append(' ');
        date(out, memory.signedWord(memory.wordSize()), 0, 0);
        out.append('}');
    }

    /** Writes a date as a comment, in UTC; nothing for a time without one. */
    private static void date(StringBuilder out, long seconds, long fraction, int digits) {
        // The years 0 to 9999; strace writes no date that is further off, and none of what is no time at all.
        if ((seconds == 0 && fraction == 0)
                || seconds < -62_167_219_200L
                || seconds > 253_402_300_799L
                || fraction < 0) {
            out.setLength(out.length() - 1);
            return;
        }
        LocalDateTime time = LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
        out.append("/* ");
        padded(out, time.getYear(), 4);
        padded(out.append('-'), time.getMonthValue(), 2);
        padded(out.append('-'), time.getDayOfMonth(), 2);
        padded(out.append('T'), time.getHour(), 2);
        padded(out.append(':'), time.getMinute(), 2);
        padded(out.append(':'), time.getSecond(), 2);
        if (fraction != 0) {
            padded(out.append('.'), fraction, digits);
        }
        out.append("+0000 */");
    }

    private static void padded(StringBuilder out, long value, int digits) {
        int from = out.length();
        out.append(value);
        for (int missing = digits - (out.length() - from); missing > 0; missing--) {
            out.insert(from, '0');
        }
    }

    private static void tms(StringBuilder out, Memory memory) {
        int word = memory.wordSize();
        out.append("{tms_utime=").append(memory.signedWord(0));
        out.append(", tms_stime=").append(memory.signedWord(word));
        out.append(", tms_cutime=").append(memory.signedWord(2 * word));
        out.append(", tms_cstime=").append(memory.signedWord(3 * word)).append('}');
    }

    private static void timex(StringBuilder out, Memory memory) {
        int word = memory.wordSize();
        MODES.write(out.append("{modes="), memory, memory.u32(0));
        field(out, "offset", memory.signedWord(word));
        field(out, "freq", memory.signedWord(2 * word));
        Digits.unsigned(out.append(", maxerror="), memory.word(3 * word));
        Digits.unsigned(out.append(", esterror="), memory.word(4 * word));
        STATUS.write(out.append(", status="), memory, memory.u32(5 * word));
        field(out, "constant", memory.signedWord(6 * word));
        Digits.unsigned(out.append(", precision="), memory.word(7 * word));
        Digits.unsigned(out.append(", tolerance="), memory.word(8 * word));
        timeval(out.append(", time="), memory.from(9 * word));
        field(out, "tick", memory.signedWord(11 * word));
        field(out, "ppsfreq", memory.signedWord(12 * word));
        field(out, "jitter", memory.signedWord(13 * word));
        field(out, "shift", memory.i32(14 * word));
        field(out, "stabil", memory.signedWord(15 * word));
        field(out, "jitcnt", memory.signedWord(16 * word));
        field(out, "calcnt", memory.signedWord(17 * word));
        field(out, "errcnt", memory.signedWord(18 * word));
        field(out, "stbcnt", memory.signedWord(19 * word));
        field(out, "tai", memory.i32(20 * word));
        out.append('}');
    }

    private static void field(StringBuilder out, String name, long value) {
        out.append(", ").append(name).append('=').append(value);
    }
}
