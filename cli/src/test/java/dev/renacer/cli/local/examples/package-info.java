// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** The examples of the documents. */
@NullMarked
package dev.renacer.cli.local.examples;

import org.jspecify.annotations.NullMarked;
