// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That constants.tsv and signatures.tsv belong together. */
class ConstantNamesTest {
    /** How the names of sets begin that are those of fields in structs. */
    private static final String FIELD = "field_";

    @Test
    void eachSetOfAFieldIsNamedByACodeThatWritesIt() throws IOException {
        Set<String> unused = Stream.of("constants.tsv", "fields.tsv")
                .map(DataTable::rows)
                .flatMap(List::stream)
                .map(row -> row[0].replaceFirst("@.*", ""))
                .filter(set -> set.startsWith(FIELD))
                .collect(Collectors.toCollection(TreeSet::new));
        Path sources = Path.of(System.getProperty("user.dir"), "src/main/java/dev/renacer/tracer/output");
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String source = Files.readString(file);
                unused.removeIf(set -> source.contains('"' + set + '"'));
            }
        }
        String results = Files.readString(Path.of(
                System.getProperty("user.dir"), "src/main/resources/dev/renacer/tracer/output/argument/results.tsv"));
        unused.removeIf(set -> results.contains("\t" + set + "\n"));

        assertThat(unused).isEmpty();
    }

    @Test
    void eachSetIsNamedByASignature() {
        Set<String> named = Stream.concat(
                        DataTable.rows("signatures.tsv").stream().flatMap(row -> Arrays.stream(row[1].split(" "))),
                        DataTable.rows("constants.tsv").stream().map(row -> row[1]))
                .map(token -> token.replaceFirst("[<>].*", "").replaceFirst("^.*:", ""))
                .collect(Collectors.toSet());

        Set<String> unused = new TreeSet<>();
        for (String[] row : DataTable.rows("constants.tsv")) {
            String set = row[0].replaceFirst("@.*", "");
            String family = set.replaceFirst("\\..*", "@");
            if (!set.startsWith(FIELD)
                    && !named.contains(set)
                    && named.stream().noneMatch(name -> name.startsWith(family))) {
                unused.add(set);
            }
        }

        assertThat(unused).isEmpty();
    }

    @Test
    void noBitIsZeroWhichEveryValueHas() {
        List<String> zeros = Stream.of("constants.tsv", "fields.tsv")
                .map(DataTable::rows)
                .flatMap(List::stream)
                .filter(row -> row.length == 3 && row[1].matches("0(x0+)?"))
                .map(row -> row[2])
                .toList();

        assertThat(zeros).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "seek; 2; SEEK_END",
                "seek; 7; 0x7 /* SEEK_??? */",
                "prctl; 0; 0 /* PR_??? */",
                "at; 0x1100; AT_SYMLINK_NOFOLLOW|AT_EMPTY_PATH",
                "at; 0x101; AT_SYMLINK_NOFOLLOW|0x1",
                "at; 5; 0x5 /* AT_??? */",
                "at; 0; 0",
                "shmctl; 0x102; IPC_64|IPC_STAT",
                "shmctl; 0x189; IPC_64|0x89 /* SHM_??? */",
                "socket; 0x80000002; SOCK_DGRAM|0x80000000 /* SOCK_??? */",
                "mmap; 0x40000022; MAP_PRIVATE|MAP_ANONYMOUS|16<<MAP_HUGE_SHIFT",
                "mmap; 0x14; 0x4 /* MAP_??? */|MAP_FIXED",
                "mmap; 0; MAP_FILE",
                "ipc_get; 0x1180; 0x1000|0600",
                "ipc_get; 0x380; IPC_CREAT|0600",
                "ipc_get; 0; 000",
                "swap; 0x8005; SWAP_FLAG_PREFER|5",
                "mount; 0xc0ed0001; MS_MGC_VAL|MS_RDONLY",
                "mempolicy; 0x8003; MPOL_INTERLEAVE|MPOL_F_STATIC_NODES",
            })
    void writesAValueByTheNotationOfItsSet(String set, String value, String text) {
        StringBuilder out = new StringBuilder();

        ConstantNames names = new ConstantSets().names(Abi.X86_64, set).orElseThrow();

        assertThat(names.write(out, Long.decode(value), 0xffff_ffffL)).isTrue();
        assertThat(out).hasToString(text);
    }

    @Test
    void aValueWithoutANameWritesNothing() {
        StringBuilder out = new StringBuilder();

        assertThat(ConstantNames.NONE.write(out, 0, -1)).isFalse();
        assertThat(new ConstantSets().names(Abi.X86_64, "key").orElseThrow().write(out, 7, -1))
                .isFalse();
        assertThat(out).isEmpty();
    }
}
