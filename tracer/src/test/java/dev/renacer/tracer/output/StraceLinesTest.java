// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.syscall.Abi;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The plain arguments of each call as strace 6.1 writes them, from strace-lines.tsv, which says how they were made. */
class StraceLinesTest {
    private static final long GARBAGE = 0xdead_beef_0000_0000L;

    @Test
    void theArgumentsOfEachCallAreWrittenAsStraceDoes() {
        List<String[]> lines = lines();
        Set<String> wrong = new TreeSet<>();
        for (String[] line : lines) {
            String ours = arguments(Abi.valueOf(line[0]), line[1]);
            if (!ours.equals(line[2])) {
                wrong.add(line[0] + " " + line[1] + ": " + ours + ", not " + line[2]);
            }
        }

        assertThat(lines).hasSizeGreaterThan(780);
        assertThat(wrong).isEmpty();
    }

    private static String arguments(Abi abi, String name) {
        long upper = abi == Abi.I386 ? 0 : GARBAGE;
        CallFixture call = CallFixture.call(abi, name)
                .args(upper | 1, upper | 2, upper | 3, upper | 4, upper | 5, upper | 6)
                .fails(1);
        StringBuilder out = new StringBuilder();
        ArgumentFormatter.arguments(out, call.build());
        return out.toString();
    }

    private static List<String[]> lines() {
        try (InputStream in = StraceLinesTest.class.getResourceAsStream("strace-lines.tsv")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
