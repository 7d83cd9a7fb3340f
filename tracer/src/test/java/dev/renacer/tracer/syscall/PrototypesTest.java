// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.syscall.ParameterKind.Width;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** signatures.tsv against the prototypes of the kernel: an argument has the width and the sign that the kernel gives it. */
class PrototypesTest {
    /** What strace writes with another width or sign than the kernel has: name and argument. */
    private static final Set<String> AS_STRACE_WRITES = Set.of(
            "truncate 1",
            "ftruncate 1",
            "sethostname 1",
            "setdomainname 1",
            "iopl 0",
            "readlink 2",
            "readlinkat 3",
            "umask 0",
            "preadv 3",
            "preadv2 3",
            "pwritev 3",
            "pwritev2 3");

    private static final Map<String, List<String>> PROTOTYPES = prototypes();

    private static Map<String, List<String>> prototypes() {
        Map<String, List<String>> prototypes = new HashMap<>();
        for (String[] row : DataTable.rows("prototypes.tsv")) {
            prototypes.put(row[0], row[1].isEmpty() ? List.of() : Arrays.asList(row[1].split(" ")));
        }
        return prototypes;
    }

    @Test
    void everyArgumentOfEveryAbiHasTheWidthAndTheSignOfTheKernel() {
        Set<String> wrong = new TreeSet<>();
        everyCall().forEach(call -> {
            List<String> types = PROTOTYPES.getOrDefault(
                    call.name() + "@" + call.abi(), PROTOTYPES.getOrDefault(call.name(), List.of("missing")));
            if (!types.equals(List.of("-"))) {
                compare(call, types, wrong);
            }
        });
        assertThat(wrong).isEmpty();
    }

    @Test
    void aPrototypeNotedAsWrittenOtherwiseIsStillWrittenOtherwise() {
        Set<String> unused = new TreeSet<>(AS_STRACE_WRITES);
        everyCall().forEach(call -> {
            List<String> types = PROTOTYPES.getOrDefault(call.name(), List.of());
            for (int index = 0; index < Math.min(types.size(), call.parameters().size()); index++) {
                if (!fits(call.parameters().get(index).kind(), types.get(index))) {
                    unused.remove(call.name() + " " + index);
                }
            }
        });
        assertThat(unused).isEmpty();
    }

    private static void compare(Syscall call, List<String> types, Set<String> wrong) {
        // What the kernel takes from the stack is no argument.
        List<Parameter> parameters = call.parameters().stream()
                .filter(parameter -> parameter
                        .pointee()
                        .filter(pointee -> pointee.type().startsWith("sigframe"))
                        .isEmpty())
                .toList();
        if (parameters.size() != types.size()) {
            wrong.add(call.abi() + " " + call.name() + " has " + types.size() + " arguments, not " + parameters.size());
            return;
        }
        for (int index = 0; index < types.size(); index++) {
            ParameterKind kind = parameters.get(index).kind();
            if (!AS_STRACE_WRITES.contains(call.name() + " " + index) && !fits(kind, types.get(index))) {
                wrong.add(call.abi() + " " + call.name() + " " + index + ": " + types.get(index) + ", not " + kind);
            }
        }
    }

    private static boolean fits(ParameterKind kind, String type) {
        if (kind == ParameterKind.FD || kind == ParameterKind.PID) {
            // Some prototypes have a word, of which the kernel takes the descriptor or the process.
            return List.of("int", "uint", "long", "ulong").contains(type);
        }
        return switch (type) {
            case "ushort" -> kind.width() == Width.SHORT && !kind.isSigned();
            case "int" -> kind.width() == Width.INT && isSigned(kind, true);
            case "uint" -> kind.width() == Width.INT && isSigned(kind, false);
            case "long", "s64" -> kind.width() == Width.WORD && isSigned(kind, true);
            case "ulong", "u64" -> kind.width() == Width.WORD && isSigned(kind, false);
            case "ptr" -> kind.width() == Width.WORD && !kind.isSigned();
            case "low" -> kind == ParameterKind.LONG || kind == ParameterKind.SIZE || kind == ParameterKind.HEX;
            case "high" -> kind == ParameterKind.UPPER || kind == ParameterKind.UPPER_FIRST;
            default -> false;
        };
    }

    /** What is written as a pattern of bits has no sign. */
    private static boolean isSigned(ParameterKind kind, boolean signed) {
        return switch (kind) {
            case HEX, FLAGS, UPPER, IOPRIO -> true;
            default -> kind.isSigned() == signed;
        };
    }

    private static Stream<Syscall> everyCall() {
        SyscallTable table = SyscallTable.instance();
        return Stream.concat(Stream.of(Abi.values()).map(table::calls), Stream.of(table.x32Calls()))
                .flatMap(Collection::stream);
    }
}
