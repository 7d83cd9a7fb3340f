// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** tables.tsv against the kernel headers of this machine, which may be older: what they name, it names alike. */
class SyscallTableIT {
    private static final int COLUMNS = 4;

    @TempDir
    Path folder;

    @Test
    void agreesWithTheHeadersOfThisMachine() throws IOException, InterruptedException {
        Map<String, String[]> theirs = headersOfThisMachine();
        Map<String, String[]> ours = rows(Files.readAllLines(
                Path.of(System.getProperty("user.dir"), "src/main/resources/dev/renacer/tracer/syscall/tables.tsv")));
        int newest = newest(ours);
        boolean newer = version(theirs) > version(ours);

        TreeSet<String> differ = new TreeSet<>();
        theirs.forEach((name, numbers) -> {
            String[] known = ours.getOrDefault(name, new String[COLUMNS + 1]);
            for (int column = 1; column <= COLUMNS && !name.equals("kernel"); column++) {
                boolean absent = numbers[column].equals("-");
                // What a newer kernel has added is not a fault of the table; make syscall-tables takes it up.
                boolean added = newer && !absent && Integer.parseInt(numbers[column]) > newest;
                if (!absent && !added && !numbers[column].equals(known[column])) {
                    differ.add(name + " is " + numbers[column] + " there, " + known[column] + " here");
                }
            }
        });

        assertThat(theirs).hasSizeGreaterThan(400);
        assertThat(differ).isEmpty();
    }

    private Map<String, String[]> headersOfThisMachine() throws IOException, InterruptedException {
        Path tables = folder.resolve("tables.tsv");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "src/build/java/GenerateSyscallTables.java",
                        tables.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        boolean read = process.waitFor() == 0;
        assumeThat(read || !said.contains("linux-libc-dev"))
                .as("the kernel's headers are not here: %s", said)
                .isTrue();
        assertThat(read).as(said).isTrue();
        return rows(Files.readAllLines(tables));
    }

    private static Map<String, String[]> rows(List<String> lines) {
        Map<String, String[]> rows = new HashMap<>();
        lines.stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\t", -1))
                .forEach(row -> rows.put(row[0], row));
        return rows;
    }

    private static int newest(Map<String, String[]> table) {
        return table.entrySet().stream()
                .filter(row -> !row.getKey().equals("kernel"))
                // The calls of all architectures have one number since 424; x32's own lie above.
                .map(row -> row.getValue()[COLUMNS])
                .filter(number -> !number.equals("-"))
                .mapToInt(Integer::parseInt)
                .max()
                .orElseThrow();
    }

    private static int version(Map<String, String[]> table) {
        int[] parts = Arrays.stream(table.getOrDefault("kernel", new String[] {"", "0.0"})[1].split("\\."))
                .mapToInt(Integer::parseInt)
                .toArray();
        return parts[0] * 1000 + parts[1];
    }
}
