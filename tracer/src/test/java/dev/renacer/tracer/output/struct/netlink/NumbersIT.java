// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.syscall.DataTable;
import dev.renacer.tracer.syscall.SyscallTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares netlink.tsv and netlink-names.tsv with the C headers of this machine, as far as these know the names. */
class NumbersIT {
    private static final List<String> HEADERS = List.of(
            "netlink.h",
            "rtnetlink.h",
            "if_bridge.h",
            "if_addrlabel.h",
            "fib_rules.h",
            "net_namespace.h",
            "gen_stats.h",
            "pkt_cls.h",
            "inet_diag.h",
            "sock_diag.h",
            "unix_diag.h",
            "netlink_diag.h",
            "packet_diag.h",
            "if_packet.h",
            "lwtunnel.h",
            "tls.h",
            "mptcp.h",
            "xfrm.h",
            "audit.h",
            "selinux_netlink.h",
            "cryptouser.h",
            "if_tun.h",
            "if_arp.h",
            "snmp.h",
            "ip.h",
            "netfilter/nfnetlink.h",
            "netfilter/nfnetlink_conntrack.h",
            "netfilter/nf_tables.h");
    /** How gcc says that it does not know a name, whatever else it says. */
    private static final Pattern UNKNOWN = Pattern.compile("error: '(\\w+)' undeclared");

    /** Numbers that older headers give to names: until Linux 6.7 this one was that of what is OUTREQUESTS since. */
    private static final Map<String, Long> FORMER = Map.of("IPSTATS_MIB_OUTPKTS", 5L);

    private static final long INT = 0xffff_ffffL;

    @TempDir
    private Path folder;

    @Test
    void eachNumberIsThatOfTheHeaders() throws IOException, InterruptedException {
        Map<String, Long> ours = ours();
        Set<String> known = new TreeSet<>(ours.keySet());

        Matcher unknown = UNKNOWN.matcher(compiled(known));
        while (unknown.find()) {
            known.remove(unknown.group(1));
        }
        assertThat(compiled(known)).isEmpty();
        Map<String, Long> theirs = new TreeMap<>();
        for (String line :
                run(List.of(folder.resolve("numbers").toString())).lines().toList()) {
            int blank = line.indexOf(' ');
            theirs.put(line.substring(0, blank), Long.parseLong(line, blank + 1, line.length(), 10) & INT);
        }

        assertThat(theirs).hasSizeGreaterThan(ours.size() / 2);
        theirs.entrySet()
                .removeIf(same -> same.getValue().equals(ours.get(same.getKey()))
                        || same.getValue().equals(FORMER.get(same.getKey())));
        assertThat(theirs).as("what differs, with the number of the headers").isEmpty();
    }

    private static Map<String, Long> ours() {
        Map<String, Long> numbers = new TreeMap<>();
        for (String[] row : DataTable.rows(Tables.class, "netlink.tsv")) {
            if (row[0].equals("attribute") && !row[2].equals("?")) {
                put(numbers, row[3], row[2]);
            }
        }
        for (String[] row : DataTable.rows(SyscallTable.class, "netlink-names.tsv")) {
            if (!row[1].equals("?")) {
                put(numbers, row[2], row[1].replace("=", ""));
            }
        }
        return numbers;
    }

    private static void put(Map<String, Long> numbers, String name, String number) {
        if (name.matches("[A-Z_][A-Za-z0-9_]*")) {
            long value = Long.decode(number);
            assertThat(numbers.put(name, value)).as(name).isIn(null, value);
        }
    }

    /** What gcc says of a program that prints these; that is nothing if it knows them all. */
    private String compiled(Set<String> names) throws IOException, InterruptedException {
        StringBuilder source = new StringBuilder("#include <stdio.h>\n#include <netinet/in.h>\n");
        HEADERS.forEach(
                header -> source.append("#include <linux/").append(header).append(">\n"));
        source.append("int main(void) {\n");
        names.forEach(name -> source.append("printf(\"")
                .append(name)
                .append(" %lld\\n\", (long long)(")
                .append(name)
                .append("));\n"));
        Path file = Files.writeString(folder.resolve("numbers.c"), source.append("}\n"));
        String program = folder.resolve("numbers").toString();
        return run(List.of("gcc", "-w", "-fmax-errors=0", "-o", program, file.toString()));
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("LC_ALL", "C");
        builder.start().waitFor();
        return Files.readString(output);
    }
}
