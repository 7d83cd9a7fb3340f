// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The sets of constants.tsv, or of another file like it. */
final class ConstantSets {
    /** What the file has in place of the name of another set, for an argument that has no meaning. */
    static final String MEANINGLESS = "-";

    /** What it begins with if it is not the name of a set but an argument as in signatures.tsv. */
    private static final char ARGUMENT = '#';

    private final Map<String, ConstantNames> names = new HashMap<>();
    private final Map<String, String> arguments = new HashMap<>();
    /** Of {@link #names} and {@link #arguments} those without the name of an ABI, in order. */
    private final TreeSet<String> common = new TreeSet<>();

    ConstantSets() {
        this("constants.tsv");
    }

    /** The sets of fields.tsv: of structs alone, and so read when the first of them is written. */
    static ConstantSets ofFields() {
        return new ConstantSets("fields.tsv");
    }

    /** The sets of netlink-names.tsv: likewise of netlink messages. */
    static ConstantSets ofNetlink() {
        return new ConstantSets("netlink-names.tsv");
    }

    /** Whether a set is in netlink-names.tsv. */
    static boolean isOfNetlink(String set) {
        return set.startsWith("netlink_");
    }

    private ConstantSets(String resource) {
        Map<String, List<String[]>> rows = new HashMap<>();
        Map<String, String> aliases = new HashMap<>();
        for (String[] row : DataTable.rows(resource)) {
            if (row.length > 2) {
                List<String[]> set = rows.get(row[0]);
                if (set == null) {
                    set = new ArrayList<>();
                    rows.put(row[0], set);
                }
                set.add(new String[] {row[1], row[2]});
            } else if (row[1].equals(MEANINGLESS)) {
                arguments.put(row[0], MEANINGLESS);
            } else if (row[1].charAt(0) == ARGUMENT) {
                arguments.put(row[0], row[1].substring(1));
            } else {
                aliases.put(row[0], row[1]);
            }
        }
        for (Map.Entry<String, String> alias : aliases.entrySet()) {
            for (String abi : List.of("", "@" + Abi.X86_64, "@" + Abi.I386, "@" + Abi.AARCH64)) {
                List<String[]> constants = rows.get(alias.getValue() + abi);
                if (constants != null) {
                    rows.put(alias.getKey() + abi, constants);
                }
            }
        }
        for (Map.Entry<String, List<String[]>> set : rows.entrySet()) {
            names.put(set.getKey(), new ConstantNames(set.getValue()));
            addCommon(set.getKey());
        }
        for (String set : arguments.keySet()) {
            addCommon(set);
        }
    }

    private void addCommon(String set) {
        if (set.indexOf('@') < 0) {
            common.add(set);
        }
    }

    /** The names of a set in this ABI. */
    Optional<ConstantNames> names(Abi abi, String set) {
        return Optional.ofNullable(names.getOrDefault(set + "@" + abi.name(), names.get(set)));
    }

    /** What stands in place of a set's names: {@link #MEANINGLESS}, or an argument as in signatures.tsv. */
    Optional<String> argument(String set) {
        return Optional.ofNullable(arguments.get(set));
    }

    /** Every set that has names, as written in the file. */
    Map<String, ConstantNames> named() {
        return Map.copyOf(names);
    }

    /** The sets whose name begins so, without those of one ABI. */
    Set<String> family(String beginning) {
        return common.subSet(beginning, beginning + Character.MAX_VALUE);
    }
}
