// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What arguments each named call takes, from signatures.tsv. */
final class Signatures {
    /** The arguments and the result of one call. */
    record Signature(List<ParameterKind> parameters, ParameterKind returns) {}

    private final Map<String, Signature> byKey = new HashMap<>();

    Signatures() {
        for (String[] row : DataTable.rows("signatures.tsv")) {
            List<ParameterKind> parameters = row[1].isEmpty()
                    ? List.of()
                    : Stream.of(row[1].split(" ")).map(ParameterKind::valueOf).toList();
            ParameterKind returns = row.length > 2 ? ParameterKind.valueOf(row[2]) : ParameterKind.LONG;
            byKey.put(row[0], new Signature(parameters, returns));
        }
    }

    /** The signature of a call as this ABI passes it; empty if none is listed. */
    Optional<Signature> of(Abi abi, String name) {
        Signature own = byKey.get(name + "@" + abi.name());
        return Optional.ofNullable(own != null ? own : byKey.get(name));
    }

    /** Every key, as written in the file. */
    Set<String> keys() {
        return byKey.keySet();
    }
}
