// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What a program that {@code renacer} launches gets and does, beside the same program without it. */
@NullMarked
package dev.renacer.cli.local.launch;

import org.jspecify.annotations.NullMarked;
