// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.util.HashMap;
import java.util.Map;

/** Names and texts of errno values; the same for every ABI that we decode. */
public final class ErrnoNames {
    /**
     * An error.
     *
     * @param number  errno, positive
     * @param name    as in errno.h: ENOENT
     * @param text    as strerror(3) prints it: No such file or directory
     */
    public record Errno(int number, String name, String text) {}

    private static final Map<Integer, Errno> BY_NUMBER = new HashMap<>();

    static {
        for (String[] row : DataTable.rows("errno.tsv")) {
            int number = Integer.parseInt(row[0]);
            BY_NUMBER.put(number, new Errno(number, row[1], row[2]));
        }
    }

    private ErrnoNames() {}

    /** The error with this number; an unknown number becomes its own name, as in {@code E4000}. */
    public static Errno of(int number) {
        Errno errno = BY_NUMBER.get(number);
        return errno != null ? errno : new Errno(number, "E" + number, "Unknown error " + number);
    }

    /** The number of an error in the table. */
    public static int number(String name) {
        return BY_NUMBER.values().stream()
                .filter(errno -> errno.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("errno.tsv has no " + name))
                .number();
    }

    /**
     * Whether the kernel restarts the call by itself after this result (ERESTARTSYS and its kin): no program ever sees
     * it.
     */
    public static boolean isRestart(int number) {
        return number == 512 || number == 513 || number == 514 || number == 516;
    }
}
