// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

/** How much is read of what the arguments of calls point to. Each constant includes those before it. */
public enum ArgumentDetail {
    /** Nothing but what following connections needs. */
    NONE,
    /** Paths, socket addresses, structs and numbers. */
    NAMES,
    /** Also the contents of buffers and argv, and strings that are no paths. */
    FULL,
    /** Also the environment. */
    VERBOSE,
    /** Also how long it is, so that every output can be made of it. */
    ALL
}
