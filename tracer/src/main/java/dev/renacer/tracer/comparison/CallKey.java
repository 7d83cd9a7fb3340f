// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison;

/**
 * What makes calls of two traces the same. Numbers and hexadecimal digits in names are folded ({@link NamePattern}), since
 * they differ from run to run. Texts are empty where nothing is known.
 *
 * @param role  who makes it: the executables from the first process of the trace down to the one that calls
 * @param call  its name
 * @param kind  of the descriptor it is about, in one word
 * @param path  it is about
 * @param peer  the other end of the connection it is about
 * @param site  the function that makes it, with its source file
 */
public record CallKey(String role, String call, String kind, String path, String peer, String site)
        implements Comparable<CallKey> {
    /** The same of a trace of which no call sites are known. */
    CallKey withoutSite() {
        return new CallKey(role, call, kind, path, peer, "");
    }

    /** What the call is about, for people: a path, a peer, or the kind of descriptor. */
    public String subject() {
        if (!peer.isEmpty()) {
            return kind.isEmpty() ? peer : kind + " " + peer;
        }
        return path.isEmpty() ? kind : path;
    }

    @Override
    public int compareTo(CallKey other) {
        int byRole = role.compareTo(other.role);
        return byRole != 0 ? byRole : toString().compareTo(other.toString());
    }
}
