// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Where paths lead. */
@NullMarked
package dev.renacer.tracer.descriptor.path;

import org.jspecify.annotations.NullMarked;
