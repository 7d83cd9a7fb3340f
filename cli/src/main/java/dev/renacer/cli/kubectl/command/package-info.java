// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The verbs of {@code kubectl renacer}, a class each. They may use every other package of the plugin; only where the
 * program begins knows them.
 */
@NullMarked
package dev.renacer.cli.kubectl.command;

import org.jspecify.annotations.NullMarked;
