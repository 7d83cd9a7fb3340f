// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** That constants.tsv and signatures.tsv belong together. */
class ConstantNamesTest {
    @Test
    void eachSetIsNamedByASignature() {
        Set<String> named = DataTable.rows("signatures.tsv").stream()
                .flatMap(row -> Arrays.stream(row[1].split(" ")))
                .filter(parameter -> parameter.contains(":"))
                .map(parameter -> parameter.replaceFirst("^.*:", ""))
                .collect(Collectors.toSet());

        Set<String> unused = new TreeSet<>();
        for (String[] row : DataTable.rows("constants.tsv")) {
            String set = row[0].replaceFirst("@.*", "");
            String family = set.replaceFirst("\\..*", "@");
            if (!named.contains(set) && named.stream().noneMatch(name -> name.startsWith(family))) {
                unused.add(set);
            }
        }

        assertThat(unused).isEmpty();
    }

    @Test
    void noBitIsZeroWhichEveryValueHas() {
        List<String> zeros = DataTable.rows("constants.tsv").stream()
                .filter(row -> row.length == 3 && row[1].matches("0(x0+)?"))
                .map(row -> row[2])
                .toList();

        assertThat(zeros).isEmpty();
    }

    @Test
    void aValueWithoutANameWritesNothing() {
        StringBuilder out = new StringBuilder();

        assertThat(ConstantNames.NONE.write(out, 0)).isFalse();
        assertThat(ConstantNames.sets().getOrDefault("at", ConstantNames.NONE).write(out, 0))
                .isFalse();
        assertThat(out).isEmpty();
    }
}
