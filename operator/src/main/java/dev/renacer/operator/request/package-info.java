// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The life of one TraceRequest: whether it runs, what it traces, how it ends. May know every package below except the
 * installation's.
 */
@NullMarked
package dev.renacer.operator.request;

import org.jspecify.annotations.NullMarked;
