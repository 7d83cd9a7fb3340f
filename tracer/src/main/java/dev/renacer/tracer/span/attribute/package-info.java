// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Names of attributes, and the scope of every span. */
@NullMarked
package dev.renacer.tracer.span.attribute;

import org.jspecify.annotations.NullMarked;
