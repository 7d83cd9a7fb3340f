// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What launching a program needs: its file, its arguments as bytes, and what became of it as a job of the shell. */
@NullMarked
package dev.renacer.cli.local.launch;

import org.jspecify.annotations.NullMarked;
