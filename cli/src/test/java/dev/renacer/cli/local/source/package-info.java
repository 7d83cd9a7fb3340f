// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Where in a program's source its calls are made, as {@code renacer -s} tells it. */
@NullMarked
package dev.renacer.cli.local.source;

import org.jspecify.annotations.NullMarked;
