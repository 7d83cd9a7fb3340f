// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Names of signals and of the reasons that siginfo gives for them; the same for every ABI that we decode. */
public final class SignalNames {
    private static final int REALTIME_FIRST = 32;
    private static final int REALTIME_LAST = 64;

    /** The greatest signal there is. */
    public static final int LAST = REALTIME_LAST;

    private static final Map<Integer, String> NAMES = new HashMap<>();
    private static final Map<String, String> CODES = new HashMap<>();
    private static final String SIGIO = "SIGIO";
    private static final Set<String> OWN_CODES = new HashSet<>();

    static {
        for (String[] row : DataTable.rows("signals.tsv")) {
            NAMES.put(Integer.valueOf(row[0]), row[1]);
        }
        for (String[] row : DataTable.rows("signal-codes.tsv")) {
            CODES.put(row[0] + row[1], row[2]);
            OWN_CODES.add(row[0]);
        }
    }

    private SignalNames() {}

    /**
     * SIGTERM for 15; SIGRTMIN or {@code SIGRT_n}, n counted from the kernel's first (32), for realtime signals;
     * otherwise the number.
     */
    public static String of(int signal) {
        String name = NAMES.get(signal);
        if (name != null) {
            return name;
        }
        if (signal == REALTIME_FIRST) {
            return "SIGRTMIN";
        }
        return signal > REALTIME_FIRST && signal <= REALTIME_LAST
                ? "SIGRT_" + (signal - REALTIME_FIRST)
                : Integer.toString(signal);
    }

    /**
     * SI_USER, SEGV_MAPERR: why the signal was sent; an unknown code as a hexadecimal number. A signal without codes of
     * its own may replace SIGIO (F_SETSIG of fcntl(2)).
     */
    public static String code(int signal, int code) {
        String name = CODES.get("*" + code);
        if (name == null) {
            name = CODES.get((OWN_CODES.contains(of(signal)) ? of(signal) : SIGIO) + code);
        }
        return name != null ? name : "0x" + Integer.toHexString(code);
    }
}
