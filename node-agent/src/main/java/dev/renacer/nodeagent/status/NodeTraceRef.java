// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.status;

/**
 * Which NodeTrace: one that is deleted and created again with the same name is a different one. Prints as {@code
 * namespace/name}.
 */
public record NodeTraceRef(String namespace, String name, String uid) {
    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
