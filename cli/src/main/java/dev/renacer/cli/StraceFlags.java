// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What to give in place of an option that strace(1) has and {@code renacer} has not, or has by another name. */
public final class StraceFlags {
    /** strace's -s with its number in the same word; picocli has taken the -s for its own. */
    private static final Pattern STRING_SIZE = Pattern.compile("-(?:[a-zA-Z]*s)?[0-9]+");

    /** strace's options that are qualifiers of -e, too. */
    private static final Pattern QUALIFIER = Pattern.compile(
            "--(trace|signals?|status|abbrev|verbose|raw|reads?|writes?|trace-fds?|quiet|silent|silence|inject|fault|kvm)");

    private static final String CHANGES_NOTHING = "renacer changes nothing of what a program does";
    private static final String QUIET = "with -o FILE nothing but the trace is in it; 2>/dev/null hides the remarks";
    private static final String FORKED =
            "renacer is always the parent of its program; start the program yourself, and give -p PID";

    private static final Map<String, String> ADVICE = Map.ofEntries(
            Map.entry("-A", "give -o '|cat >>FILE' to append to a file"),
            Map.entry("--output-append-mode", "give -o '|cat >>FILE' to append to a file"),
            Map.entry("--output-separately", "give -ff and -o FILE"),
            Map.entry("-b", "a program is traced over its execve; --attach-for TIME ends a trace early"),
            Map.entry("--detach-on", "a program is traced over its execve; --attach-for TIME ends a trace early"),
            Map.entry("-D", FORKED),
            Map.entry("--daemonize", FORKED),
            Map.entry("-E", "let env set it: renacer -- env NAME=VALUE PROGRAM"),
            Map.entry("--env", "let env set it: renacer -- env NAME=VALUE PROGRAM"),
            Map.entry("-u", "let setpriv do it: renacer -f -- setpriv --reuid=USER --init-groups PROGRAM"),
            Map.entry("--user", "let setpriv do it: renacer -f -- setpriv --reuid=USER --init-groups PROGRAM"),
            Map.entry("-I", "Ctrl-C goes to the program, SIGTERM to both, and with -p either detaches"),
            Map.entry("--interruptible", "Ctrl-C goes to the program, SIGTERM to both, and with -p either detaches"),
            Map.entry("-n", "--format json has the number of each call"),
            Map.entry("--syscall-number", "--format json has the number of each call"),
            Map.entry("-q", QUIET),
            Map.entry("-X", "-e raw=CALLS shows numbers in place of names"),
            Map.entry("--const-print-style", "-e raw=CALLS shows numbers in place of names"),
            Map.entry("-Y", "execve in the trace says which program a process runs"),
            Map.entry("--decode-pids", "execve in the trace says which program a process runs"),
            Map.entry("--decode-fds", "give -y for paths, -yy for sockets too"),
            Map.entry("--attach", "give -p PID"),
            Map.entry("--absolute-timestamps", "give -t, -tt for microseconds, -ttt for seconds since 1970"),
            Map.entry("--timestamps", "give -t, -tt for microseconds, -ttt for seconds since 1970"),
            Map.entry("--syscall-times", "give -T"),
            Map.entry("--summary-only", "give -c"),
            Map.entry("--strings-in-hex", "give -x for strings that are not ASCII, -xx for all"),
            Map.entry("--string-size", "give --string-limit BYTES"));

    private StraceFlags() {}

    /** What to give in place of this option; empty if strace has none of this name. */
    public static Optional<String> advice(String flag) {
        if (STRING_SIZE.matcher(flag).matches()) {
            return Optional.of(
                    "strace's -s BYTES is --string-limit BYTES here, and -s shows where in the source a call is made");
        }
        var qualifier = QUALIFIER.matcher(flag);
        if (qualifier.matches()) {
            return Optional.of(
                    switch (qualifier.group(1)) {
                        case "inject", "fault" -> CHANGES_NOTHING;
                        case "quiet", "silent", "silence" -> QUIET;
                        default -> "give -e " + qualifier.group(1) + "=SET";
                    });
        }
        // A letter may be given several times, or with its value in the same word.
        return Optional.ofNullable(
                ADVICE.get(flag.startsWith("--") || flag.length() < 2 ? flag : flag.substring(0, 2)));
    }

    /** What to say of a program that is not found, if its name is what strace's -s takes. */
    public static Optional<String> adviceOnProgram(String name) {
        return name.chars().allMatch(letter -> letter >= '0' && letter <= '9')
                ? Optional.of("strace's -s BYTES is --string-limit BYTES here")
                : Optional.empty();
    }
}
