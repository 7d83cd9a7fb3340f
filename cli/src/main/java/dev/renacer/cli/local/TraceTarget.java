// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.capture.ByteText;
import dev.renacer.capture.CaptureException;
import dev.renacer.capture.GivenEnvironment;
import dev.renacer.capture.LaunchSpec;
import dev.renacer.capture.RawFiles;
import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.local.launch.ProgramSearch;
import dev.renacer.cli.local.launch.RawArguments;
import dev.renacer.tracer.Tracing;
import dev.renacer.tracer.redact.Redactor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is traced: a program to launch, or running processes. */
sealed interface TraceTarget {
    /**
     * Puts the target under trace.
     *
     * @param tell  receives a line for each process that cannot be traced while others can
     * @return the processes attached to
     * @throws CaptureException if no part of it can be traced
     */
    List<Integer> begin(Tracing tracing, Consumer<String> tell) throws CaptureException;

    /** Whether there is more than one process from the start. */
    boolean isSeveral();

    /**
     * What it is, as a person would write it.
     *
     * @param redactor  takes the secrets out
     */
    String shown(Redactor redactor);

    /**
     * A program to launch.
     *
     * @param spec  file and arguments, as bytes
     */
    record Program(LaunchSpec spec) implements TraceTarget {
        /**
         * The state that the launcher recorded before the JVM changed it; absent when the class is run without the
         * launcher.
         */
        private static final String INHERITED_PROPERTY = "renacer.inherited";

        private static final String SHELL = "/bin/sh";

        /**
         * Finds the program of a command line.
         *
         * @param words  name and arguments, as {@link dev.renacer.capture.ByteText}
         * @throws CommandFailure if no executable program is found
         */
        static Program find(List<String> words) {
            String name = words.getFirst();
            try {
                ProgramSearch search = new ProgramSearch(RawFiles.open());
                String file = search.find(name, GivenEnvironment.value("PATH"));
                List<String> arguments = words;
                if (search.isBareScript(file)) {
                    arguments = new ArrayList<>(List.of(SHELL, file));
                    arguments.addAll(words.subList(1, words.size()));
                    file = SHELL;
                }
                Optional<String> inherited = Optional.ofNullable(System.getProperty(INHERITED_PROPERTY));
                return new Program(new LaunchSpec(
                        RawArguments.of(file),
                        arguments.stream().map(RawArguments::of).toList(),
                        inherited,
                        RawArguments.CHARSET));
            } catch (CaptureException e) {
                throw ExitCodes.of(e);
            }
        }

        @Override
        public List<Integer> begin(Tracing tracing, Consumer<String> tell) throws CaptureException {
            tracing.launch(spec);
            return List.of();
        }

        @Override
        public boolean isSeveral() {
            return false;
        }

        /** The words of the command, quoted where a shell would need it. */
        @Override
        public String shown(Redactor redactor) {
            // What means itself in a shell, and the mark that stands for a secret.
            Pattern plain = Pattern.compile("[\\w@%+=:,./\\[\\]-]+");
            List<byte[]> words = spec.arguments().stream()
                    .map(word -> word.getBytes(RawArguments.CHARSET))
                    .toList();
            return redactor.arguments(words).stream()
                    .map(word -> ByteText.shown(ByteText.decode(word)))
                    .map(word -> plain.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'")
                    .collect(Collectors.joining(" "));
        }
    }

    /**
     * Processes that are already running. One that has just ended or cannot be traced is no reason to leave out the
     * others.
     */
    record Processes(List<Integer> pids) implements TraceTarget {
        public Processes {
            pids = List.copyOf(pids);
        }

        @Override
        public List<Integer> begin(Tracing tracing, Consumer<String> tell) throws CaptureException {
            List<Integer> attached = new ArrayList<>();
            Deque<CaptureException> refusals = new ArrayDeque<>();
            for (int pid : pids) {
                try {
                    tracing.attach(pid);
                    attached.add(pid);
                } catch (CaptureException e) {
                    refusals.add(e);
                    if (e.reason() == CaptureException.Reason.STOPPED) {
                        break; // and so would be the others
                    }
                }
            }
            Optional<CaptureException> failure =
                    attached.isEmpty() ? Optional.ofNullable(refusals.pollLast()) : Optional.empty();
            refusals.stream()
                    .filter(refusal -> refusal.reason() != CaptureException.Reason.STOPPED)
                    .forEach(refusal -> tell.accept("renacer: " + refusal.getMessage()));
            if (failure.isPresent()) {
                throw failure.get();
            }
            return attached;
        }

        @Override
        public boolean isSeveral() {
            return pids.size() > 1;
        }

        @Override
        public String shown(Redactor redactor) {
            return "-p " + pids.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
    }
}
