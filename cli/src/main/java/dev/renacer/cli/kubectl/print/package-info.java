// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** How answers are laid out: tables, JSON and YAML, ages. Knows no cluster. */
@NullMarked
package dev.renacer.cli.kubectl.print;

import org.jspecify.annotations.NullMarked;
