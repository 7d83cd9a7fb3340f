// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

/** Values of {@code state} of a container in a NodeTrace's status, spelt as in the object. */
public enum TargetState {
    /** No process of it is traced yet. */
    Waiting,
    /** Its processes are traced. */
    Tracing,
    /** Its processes have ended or are detached. */
    Finished,
    /** It could not be traced; {@code reason} and {@code message} say why. */
    Failed
}
