// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The arguments of each named call, from signatures.tsv and constants.tsv. For any thread. */
final class Signatures {
    /** The arguments and the result of one call. */
    record Signature(List<Parameter> parameters, ParameterKind returns) {}

    /** Read when they are first needed. */
    private static final class Fields {
        static final ConstantSets SETS = ConstantSets.ofFields();
    }

    /** Likewise. */
    private static final class Messages {
        static final ConstantSets SETS = ConstantSets.ofNetlink();
    }

    /** What the part begins with that says what an argument points to. */
    private static final String ARROWS = "<>!+";

    private final Map<String, String[]> byKey = new HashMap<>();
    /** Made when the first is needed. */
    private @Nullable ConstantSets sets;
    /** By ABI and text: most arguments are written like others. */
    private final Map<String, Parameter> read = new HashMap<>();

    Signatures() {
        for (String[] row : DataTable.rows("signatures.tsv")) {
            byKey.put(row[0], row);
        }
    }

    /** The signature of a call as this ABI passes it; empty if none is listed. */
    Optional<Signature> of(Abi abi, String name) {
        String[] own = byKey.get(name + "@" + abi.name());
        String[] row = own != null ? own : byKey.get(name);
        return row == null ? Optional.empty() : Optional.of(signature(abi, row));
    }

    private synchronized Signature signature(Abi abi, String[] row) {
        List<Parameter> parameters = new ArrayList<>();
        for (int start = 0; start < row[1].length(); ) {
            int end = row[1].indexOf(' ', start);
            end = end < 0 ? row[1].length() : end;
            parameters.add(parameter(abi, row[1].substring(start, end)));
            start = end + 1;
        }
        return new Signature(parameters, row.length > 2 ? ParameterKind.valueOf(row[2]) : ParameterKind.LONG);
    }

    private synchronized ConstantSets sets() {
        ConstantSets known = sets;
        if (known == null) {
            known = new ConstantSets();
            sets = known;
        }
        return known;
    }

    /** An argument, and behind it what it points to. */
    private Parameter parameter(Abi abi, String text) {
        String key = abi.name() + ' ' + text;
        Parameter known = read.get(key);
        if (known != null) {
            return known;
        }
        int arrow = 0;
        while (arrow < text.length() && ARROWS.indexOf(text.charAt(arrow)) < 0) {
            arrow++;
        }
        Parameter parameter = arrow < text.length()
                ? value(abi, text.substring(0, arrow)).to(PointeeText.parse(text.substring(arrow)))
                : value(abi, text);
        read.put(key, parameter);
        return parameter;
    }

    /** KIND, KIND:SET or KIND:SET@ARGUMENT. */
    private Parameter value(Abi abi, String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return Parameter.plain(ParameterKind.valueOf(text));
        }
        ParameterKind kind = ParameterKind.valueOf(text.substring(0, colon));
        String set = text.substring(colon + 1);
        int at = set.indexOf('@');
        if (at < 0) {
            return Parameter.named(kind, names(abi, set));
        }
        String family = set.substring(0, at) + ".";
        Map<Integer, Parameter> selected = new HashMap<>();
        for (String key : sets().family(family)) {
            String value = key.substring(family.length());
            selected.put(
                    value.equals("*") ? Parameter.OTHERWISE : Long.decode(value).intValue(), selected(abi, kind, key));
        }
        return new Parameter(
                kind, ConstantNames.NONE, Integer.parseInt(set.substring(at + 1)), selected, Optional.empty());
    }

    private Parameter selected(Abi abi, ParameterKind kind, String set) {
        Optional<String> argument = sets().argument(set);
        if (argument.isEmpty()) {
            return Parameter.named(kind, names(abi, set));
        }
        return argument.get().equals(ConstantSets.MEANINGLESS) ? Parameter.MEANINGLESS : parameter(abi, argument.get());
    }

    /** The names of a set in this ABI. */
    ConstantNames names(Abi abi, String set) {
        return sets().names(abi, set)
                .or(() -> (ConstantSets.isOfNetlink(set) ? Messages.SETS : Fields.SETS).names(abi, set))
                .orElseThrow(() -> new IllegalStateException(
                        "constants.tsv and its companions lack the set " + set + ", which is named elsewhere"));
    }

    /** Every key, as written in the file. */
    Set<String> keys() {
        return byKey.keySet();
    }
}
