// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

/** Nothing is asked of a node yet; the object tells what its agent can do. */
public record TraceNodeSpec() {}
