// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What the descriptors of traced processes are: kept up to date by the calls themselves, completed from /proc. */
@NullMarked
package dev.renacer.tracer.descriptor;

import org.jspecify.annotations.NullMarked;
