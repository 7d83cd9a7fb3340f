// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.Spelling;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What can stand in front of the {@code =} of {@code -e}, in all of strace's spellings. */
enum Qualifier {
    TRACE("trace", "t"),
    STATUS("status"),
    SIGNAL("signal", "signals", "s"),
    FD("fd", "fds", "trace-fd", "trace-fds"),
    READ("read", "reads", "r"),
    WRITE("write", "writes", "w"),
    RAW("raw", "x"),
    ABBREV("abbrev", "a"),
    VERBOSE(
            "what arguments point to is always shown as far as it was read; -e raw=SET shows arguments as numbers",
            List.of("verbose", "v")),
    QUIET(
            "lines about signals are chosen by -e signal=SET; --format csv has calls alone",
            List.of("quiet", "silent", "silence", "q")),
    INJECT("renacer changes nothing of what a program does; strace can", List.of("inject", "fault")),
    KVM("exits of virtual CPUs are not told; -e trace=ioctl shows KVM_RUN as a call", List.of("kvm")),
    DECODE_FDS("give -y for paths, or -yy for all that is known of descriptors", List.of("decode-fds", "decode-fd")),
    DECODE_PIDS(
            "what processes are called is not shown beside their numbers; -f and -o FILE begin lines with the thread's",
            List.of("decode-pids", "decode-pid")),
    SECONTEXT("labels of SELinux are not shown", List.of("secontext")),
    NAMESPACE("namespaces are not shown", List.of("namespace"));

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> names;
    /** What to do instead; empty if it is built. */
    private final Optional<String> instead;

    Qualifier(String... names) {
        this.names = List.of(names);
        this.instead = Optional.empty();
    }

    Qualifier(String instead, List<String> names) {
        this.names = names;
        this.instead = Optional.of(instead);
    }

    /**
     * An argument of {@code -e}.
     *
     * @param list  what stands behind the {@code =}; without one all of it, which is a list of calls
     */
    record Expression(Qualifier qualifier, String list) {}

    /**
     * Reads an argument of {@code -e}.
     *
     * @throws CommandFailure if its qualifier is unknown, or known to strace alone
     */
    static Expression read(String expression) {
        int equals = expression.indexOf('=');
        String name = expression.substring(0, Math.max(0, equals));
        if (!name.matches("[a-z-]+")) {
            return new Expression(TRACE, expression);
        }
        Qualifier found = Stream.of(values())
                .filter(qualifier -> qualifier.names.contains(name))
                .findFirst()
                .orElseThrow(() -> unknown(name));
        found.instead.ifPresent(advice -> {
            throw CommandFailure.usage("-e " + name + "= is not there: " + advice);
        });
        return new Expression(found, expression.substring(equals + 1));
    }

    /** Whether only lines of text can have what it asks for. */
    boolean isForText() {
        return this == READ || this == WRITE || this == RAW || this == ABBREV;
    }

    /** As strace's manual writes it. */
    @Override
    public String toString() {
        return names.getFirst();
    }

    private static CommandFailure unknown(String name) {
        List<String> built = Stream.of(values())
                .filter(qualifier -> qualifier.instead.isEmpty())
                .map(qualifier -> qualifier.names.getFirst())
                .toList();
        return CommandFailure.usage("unknown qualifier '" + name + "=' in -e"
                + Spelling.closest(name, built)
                        .map(near -> ", did you mean '" + near + "='?")
                        .orElse("; there are " + String.join("=, ", built) + "="));
    }
}
