// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.subject;

import dev.renacer.capture.ByteText;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.descriptor.Descriptors;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What is asked for: calls about one of these paths or with one of these peers; if there are neither, any call. Immutable.
 *
 * @param paths  as {@link ByteText}; no prefixes and no patterns, as with strace's -P
 * @param peers  the other ends of connections
 */
public record Subjects(Set<String> paths, List<PeerPattern> peers) {
    /** Whatever a call is about. */
    public static final Subjects ANY = new Subjects(Set.of(), List.of());

    public Subjects {
        paths = Set.copyOf(paths);
        peers = List.copyOf(peers);
    }

    /**
     * Those that are written as spans write them, with the escapes of {@link ByteText#escaped}.
     *
     * @throws PeerPattern.InvalidException if one of them is none; the message says which, and why
     */
    public static Subjects written(Collection<String> paths, Collection<String> peers)
            throws PeerPattern.InvalidException {
        List<PeerPattern> patterns = new ArrayList<>();
        for (String peer : peers) {
            patterns.add(PeerPattern.of(unescaped(peer)));
        }
        Set<String> names = new HashSet<>();
        for (String path : paths) {
            names.add(unescaped(path));
        }
        return new Subjects(names, patterns);
    }

    private static String unescaped(String text) throws PeerPattern.InvalidException {
        try {
            return ByteText.unescaped(text);
        } catch (IllegalArgumentException e) {
            throw new PeerPattern.InvalidException(
                    "'" + text + "' has a backslash that is no escape: a backslash itself is"
                            + " \\\\, any other byte \\ and three octal digits");
        }
    }

    /** Whether any call will do. */
    public boolean isAny() {
        return paths.isEmpty() && peers.isEmpty();
    }

    /**
     * Whether a call is about one of them; it is asked while the call is being delivered.
     *
     * @param descriptors  knows what descriptors are; it must be a listener in front
     */
    public Predicate<SyscallCall> in(Descriptors descriptors) {
        if (isAny()) {
            return _ -> true;
        }
        PathSelection byPath = new PathSelection(paths, descriptors);
        PeerSelection byPeer = new PeerSelection(peers, descriptors);
        return call -> byPath.selects(call) || byPeer.selects(call);
    }
}
