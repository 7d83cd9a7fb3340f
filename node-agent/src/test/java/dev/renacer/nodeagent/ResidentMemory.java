// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What the resident memory of a JVM with a heap below 4 GiB consists of, by its mappings: /proc/PID/smaps. */
final class ResidentMemory {
    private static final long HEAP_END = 1L << 32;

    /** What a mapping is for. */
    private enum Use {
        AOT_CACHE("AOT cache"),
        JARS("jars and modules"),
        LIBRARIES("libraries"),
        RINGS("rings"),
        HEAP("heap"),
        CODE("code cache"),
        MALLOC("malloc"),
        /** Metaspace, the heap's tables, thread stacks, malloc's further arenas: no mapping tells which. */
        OTHER("other anonymous");

        private final String text;

        Use(String text) {
            this.text = text;
        }
    }

    private ResidentMemory() {}

    /** A line: each use with its MiB, those that files back with how much of it is the process's own copy. */
    static String of(int pid) throws IOException {
        Map<Use, Long> resident = new EnumMap<>(Use.class);
        long anonymous = 0;
        Use use = Use.OTHER;
        for (String line : Files.readAllLines(Path.of("/proc", Integer.toString(pid), "smaps"))) {
            String[] words = line.split("\\s+", 6);
            if (!words[0].endsWith(":")) {
                use = use(words[0], words[1], words.length > 5 ? words[5] : "");
            } else if (words[0].equals("Rss:")) {
                resident.merge(use, Long.parseLong(words[1]), Long::sum);
            } else if (words[0].equals("Anonymous:")) {
                anonymous += Long.parseLong(words[1]);
            }
        }
        return resident.entrySet().stream()
                        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                        .map(entry ->
                                String.format(Locale.ROOT, "%s %.1f", entry.getKey().text, entry.getValue() / 1024.0))
                        .collect(Collectors.joining(", "))
                + String.format(Locale.ROOT, "; of all, anonymous %.1f", anonymous / 1024.0);
    }

    private static Use use(String range, String permissions, String name) {
        if (name.endsWith(".aot") || name.endsWith(".jsa")) {
            return Use.AOT_CACHE;
        }
        if (name.endsWith(".jar") || name.endsWith("/modules")) {
            return Use.JARS;
        }
        if (name.startsWith("/dev/zero")) {
            return Use.RINGS;
        }
        if (name.startsWith("/")) {
            return Use.LIBRARIES;
        }
        if (name.equals("[heap]")) {
            return Use.MALLOC;
        }
        if (permissions.equals("rwxp")) {
            return Use.CODE;
        }
        return Long.parseUnsignedLong(range.substring(range.indexOf('-') + 1), 16) <= HEAP_END ? Use.HEAP : Use.OTHER;
    }
}
