// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What the engine must do for each system call, as data. */
@NullMarked
package dev.renacer.capture.plan;

import org.jspecify.annotations.NullMarked;
