// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import java.util.ArrayList;
import java.util.List;

/**
 * An executable mapping of a file: a line of /proc/PID/maps (proc(5)).
 *
 * @param start   first address
 * @param end     first address after the end
 * @param offset  in the file
 * @param major   of the file's device
 * @param minor   of the file's device
 * @param inode   of the file
 * @param path    as the process sees it
 */
public record CodeMapping(long start, long end, long offset, int major, int minor, long inode, String path) {
    private static final int FIELDS = 6;
    private static final int HEX = 16;
    private static final int EXECUTABLE = 2; // place of the x in rwxp

    /** Reads lines of /proc/PID/maps; skips those that are not an executable mapping of a file. */
    public static List<CodeMapping> parse(String lines) {
        List<CodeMapping> mappings = new ArrayList<>();
        for (String line : lines.split("\n", -1)) {
            String[] fields = line.split(" +", FIELDS);
            if (fields.length == FIELDS && fields[1].indexOf('x') == EXECUTABLE && fields[5].startsWith("/")) {
                mappings.add(mapping(fields));
            }
        }
        return List.copyOf(mappings);
    }

    private static CodeMapping mapping(String[] fields) {
        String[] range = fields[0].split("-", 2);
        String[] device = fields[3].split(":", 2);
        return new CodeMapping(
                Long.parseUnsignedLong(range[0], HEX),
                Long.parseUnsignedLong(range[1], HEX),
                Long.parseUnsignedLong(fields[2], HEX),
                Integer.parseInt(device[0], HEX),
                Integer.parseInt(device[1], HEX),
                Long.parseLong(fields[4]),
                fields[5]);
    }

    /** Whether the mapping contains this address. */
    public boolean contains(long address) {
        return Long.compareUnsigned(address, start) >= 0 && Long.compareUnsigned(address, end) < 0;
    }
}
