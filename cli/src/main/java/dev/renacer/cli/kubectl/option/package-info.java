// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What a user may say on the command line, read and checked: options, selectors, workloads, lengths of time. */
@NullMarked
package dev.renacer.cli.kubectl.option;

import org.jspecify.annotations.NullMarked;
