// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What /proc shows of processes that nobody stops: its files, each read once and taken apart. */
@NullMarked
package dev.renacer.tracer.stuck.proc;

import org.jspecify.annotations.NullMarked;
