// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Calls that have not returned: read, written and dated without stopping their threads. */
@NullMarked
package dev.renacer.tracer.stuck.call;

import org.jspecify.annotations.NullMarked;
