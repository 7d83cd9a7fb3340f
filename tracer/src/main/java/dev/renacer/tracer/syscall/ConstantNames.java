// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Names of the values of one kind of argument, a set of constants.tsv: {@code O_RDWR|O_CLOEXEC} for 0x80002. Immutable;
 * writing creates no garbage, since it is on the hot path of the outputs.
 */
public final class ConstantNames {
    /** Names nothing. */
    public static final ConstantNames NONE = new ConstantNames(List.of());

    /** For an argument that has no meaning in this case, like those after it. */
    public static final ConstantNames MEANINGLESS = new ConstantNames(List.of());

    /** For an argument that is a plain number in this case: written in decimal. */
    private static final ConstantNames DECIMAL = new ConstantNames(List.of());

    /** What the file has in place of the name of another set. */
    private static final Map<String, ConstantNames> RESERVED = Map.of("-", MEANINGLESS, "#", DECIMAL);

    private static final long WHOLE = -1;

    /** One row: it names an argument whose bits under the mask are the value. */
    private record Constant(String name, long value, long mask) {
        /** The value of a row, as the head of the file describes it. */
        static Constant of(String text, String name) {
            int slash = text.indexOf('/');
            if (text.startsWith("=")) {
                return new Constant(name, Long.decode(text.substring(1)), WHOLE);
            }
            if (slash >= 0) {
                return new Constant(
                        name, Long.decode(text.substring(0, slash)), Long.decode(text.substring(slash + 1)));
            }
            long bits = Long.decode(text);
            return new Constant(name, bits, bits);
        }

        boolean isField() {
            return mask != value;
        }
    }

    private final Constant[] constants;

    private ConstantNames(List<Constant> constants) {
        this.constants = constants.toArray(Constant[]::new);
    }

    /** The sets of constants.tsv by their names. */
    static Map<String, ConstantNames> sets() {
        Map<String, ConstantNames> sets = new HashMap<>();
        Map<String, List<Constant>> rows = new HashMap<>();
        Map<String, String> aliases = new HashMap<>();
        for (String[] row : DataTable.rows("constants.tsv")) {
            if (row.length == 2 && RESERVED.containsKey(row[1])) {
                sets.put(row[0], RESERVED.get(row[1]));
            } else if (row.length == 2) {
                aliases.put(row[0], row[1]);
            } else {
                rows.computeIfAbsent(row[0], set -> new ArrayList<>()).add(Constant.of(row[1], row[2]));
            }
        }
        aliases.forEach((alias, set) -> List.of("", "@" + Abi.X86_64, "@" + Abi.I386, "@" + Abi.AARCH64)
                .forEach(abi -> Optional.ofNullable(rows.get(set + abi))
                        .ifPresent(constants -> rows.put(alias + abi, constants))));
        rows.forEach((set, constants) -> sets.put(set, new ConstantNames(constants)));
        return sets;
    }

    /** The names, in the order of the file. */
    List<String> names() {
        return List.of(constants).stream().map(Constant::name).toList();
    }

    /** The value of a name: the bits it stands for. */
    long value(String name) {
        return List.of(constants).stream()
                .filter(constant -> constant.name().equals(name))
                .findFirst()
                .orElseThrow()
                .value();
    }

    /**
     * Writes a value as names, followed by a number for the bits without a name; a plain number as such.
     *
     * @return false if no name fits; nothing is written then
     */
    public boolean write(StringBuilder out, long value) {
        if (this == DECIMAL) {
            out.append(value);
            return true;
        }
        long rest = value;
        boolean named = false;
        for (Constant constant : constants) {
            // A field may be zero, so it is looked for in the whole value; a bit only if no earlier name has taken it.
            long where = constant.isField() ? value : rest;
            if ((where & constant.mask()) == constant.value()) {
                out.append(named ? "|" : "").append(constant.name());
                rest &= ~constant.mask();
                named = true;
            }
        }
        if (named && rest != 0) {
            out.append("|0x").append(Long.toHexString(rest));
        }
        return named;
    }
}
