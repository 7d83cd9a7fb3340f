// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import dev.renacer.tracer.descriptor.path.RealPaths;
import dev.renacer.tracer.redact.Redactor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The descriptors and the working directory that a launched program gets from this process. To be taken before the
 * launch: afterwards this process may have given them up. Immutable.
 */
public final class Inheritance {
    /** For traces that launch nothing. */
    public static final Inheritance NONE = new Inheritance(Map.of(), Optional.empty());

    private static final String DESCRIPTORS = "fds=";
    private static final String DIRECTORY = "dir=";
    private static final int STANDARD_DESCRIPTORS = 3;
    /** Of more nothing is known. */
    private static final int MOST = 1_024;

    private final Map<Integer, Descriptor> descriptors;
    private final Optional<Descriptor> folder;

    private Inheritance(Map<Integer, Descriptor> descriptors, Optional<Descriptor> folder) {
        this.descriptors = Map.copyOf(descriptors);
        this.folder = folder;
    }

    /** What a launched program gets, put together anew. */
    public static Inheritance of(Map<Integer, Descriptor> descriptors, Optional<Descriptor> folder) {
        return new Inheritance(descriptors, folder);
    }

    /** What its descriptors are, by number. */
    public Map<Integer, Descriptor> descriptors() {
        return descriptors;
    }

    /** Its working directory, if that is known. */
    public Optional<Descriptor> folder() {
        return folder;
    }

    /** The same without the secrets in its names. */
    Inheritance redacted(RedactedSource by) {
        Map<Integer, Descriptor> shown = new HashMap<>(descriptors);
        shown.replaceAll((_, what) -> by.redacted(what));
        return new Inheritance(shown, folder.map(by::redacted));
    }

    /**
     * What this process passes on.
     *
     * @param state  as the launcher recorded it ({@link dev.renacer.capture.LaunchSpec#inherited()}); empty: standard
     *     input, output and error
     * @param redactor  takes the secrets out of their names
     */
    public static Inheritance ofThisProcess(Optional<String> state, Redactor redactor) {
        int self = (int) ProcessHandle.current().pid();
        return of(state, self, new RedactedSource(new ProcDescriptors(Path.of("/proc")), redactor));
    }

    static Inheritance of(Optional<String> state, int self, DescriptorSource source) {
        Map<Integer, Descriptor> found = new HashMap<>();
        for (int number : numbers(state)) {
            source.descriptor(self, number).ifPresent(what -> found.put(number, what));
        }
        Set<Long> inodes = found.values().stream()
                .filter(Descriptor.Socket.class::isInstance)
                .map(what -> ((Descriptor.Socket) what).inode())
                .collect(Collectors.toSet());
        if (!inodes.isEmpty()) {
            Map<Long, Descriptor.Socket> sockets = source.sockets(self, inodes);
            found.replaceAll((_, what) ->
                    what instanceof Descriptor.Socket socket ? sockets.getOrDefault(socket.inode(), socket) : what);
        }
        found.replaceAll(
                (_, what) -> what instanceof Descriptor.File file && file.path().startsWith("/dev/")
                        ? new Descriptor.File(file.path(), file.deleted(), RealPaths.device(file.path()))
                        : what);
        Optional<Descriptor> folder = field(state, DIRECTORY)
                .map(number -> source.descriptor(self, Integer.parseInt(number)))
                .orElseGet(() -> source.folder(self));
        return new Inheritance(found, folder);
    }

    /** Gives them to a process that was launched. */
    void give(ProcessFiles launched) {
        descriptors.forEach((number, what) -> launched.files().inherit(number, new OpenFile(what)));
        folder.ifPresent(what -> launched.folders().inherit(ProcessFiles.FOLDER, new OpenFile(what)));
    }

    /** Ranges as in {@code 0-2,7}. */
    private static Set<Integer> numbers(Optional<String> state) {
        Set<Integer> numbers = new TreeSet<>();
        String ranges = field(state, DESCRIPTORS).orElse("0-" + (STANDARD_DESCRIPTORS - 1));
        for (String range : ranges.split(",", -1)) {
            if (range.isEmpty()) {
                continue;
            }
            int dash = range.indexOf('-');
            long first = Long.parseLong(dash < 0 ? range : range.substring(0, dash));
            long last = Long.parseLong(dash < 0 ? range : range.substring(dash + 1));
            for (long number = first; number <= last && numbers.size() < MOST; number++) {
                numbers.add((int) number);
            }
        }
        return numbers;
    }

    private static Optional<String> field(Optional<String> state, String name) {
        return state.stream()
                .flatMap(text -> Arrays.stream(text.split(";", -1)))
                .filter(field -> field.startsWith(name))
                .map(field -> field.substring(name.length()))
                .findFirst();
    }
}
