// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.DataTable;
import dev.renacer.tracer.syscall.SyscallTable;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That netlink.tsv and netlink-names.tsv belong together. */
class TablesTest {
    private static final List<String[]> ROWS = DataTable.rows(Tables.class, "netlink.tsv");

    private static Stream<Kind> kinds() {
        return ROWS.stream()
                .filter(row -> row.length == 5 && !row[0].equals("message"))
                .map(row -> Kind.parse(row[4]));
    }

    @Test
    void eachKindRefersToWhatThereIs() {
        kinds().forEach(kind -> assertThatCode(() -> {
                    switch (kind.form()) {
                        case STRUCT -> Tables.struct(kind.of());
                        case NEST ->
                            Stream.of(kind.of().split("\\+", -1))
                                    .forEach(table -> Tables.attributes(table.replaceFirst("@.*", "")));
                        case VALUE, FLAGS, NETWORK, INDEXED, SIGNED_INDEXED ->
                            SyscallTable.instance().names(Abi.X86_64, kind.of());
                        default -> assertThat(kind.of()).isEmpty();
                    }
                })
                .as(kind.toString())
                .doesNotThrowAnyException());
    }

    @Test
    void eachSetOfNamesIsNeeded() {
        Set<String> unused = DataTable.rows(SyscallTable.class, "netlink-names.tsv").stream()
                .map(row -> row[0])
                .filter(set -> !set.startsWith("netlink_message") && !set.startsWith("netlink_netfilter_"))
                .collect(Collectors.toCollection(TreeSet::new));
        kinds().forEach(kind -> unused.remove(kind.of()));
        unused.remove("netlink_inet_diag_bytecode");

        assertThat(unused).isEmpty();
    }

    @Test
    void fieldsLieInTheirStructs() {
        ROWS.stream().filter(row -> row[0].equals("field")).forEach(row -> {
            int end = Integer.parseInt(row[2]) + Kind.parse(row[4]).size();
            assertThat(end)
                    .as(String.join(" ", row))
                    .isLessThanOrEqualTo(Tables.struct(row[1]).size());
        });
    }
}
