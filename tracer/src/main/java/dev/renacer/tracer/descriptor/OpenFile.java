// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

/**
 * An open file description: what all copies of a descriptor have in common, in one process or in several. For one
 * thread.
 */
final class OpenFile {
    private Descriptor what;
    private boolean asked;

    OpenFile(Descriptor what) {
        this.what = what;
    }

    Descriptor what() {
        return what;
    }

    /** A call has changed it. */
    void become(Descriptor now) {
        if (!now.equals(what)) {
            what = now;
            asked = false;
        }
    }

    /** More is known of what it is. */
    void complete(Descriptor known) {
        what = known;
    }

    /** Whether a part of it is not known, and was not asked for since it changed; afterwards it was. */
    boolean ask() {
        boolean first = !asked;
        asked = true;
        return first;
    }
}
