// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.status;

/** Which NodeTrace: one deleted and made again under its name is another. Prints as {@code namespace/name}. */
public record NodeTraceRef(String namespace, String name, String uid) {
    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
