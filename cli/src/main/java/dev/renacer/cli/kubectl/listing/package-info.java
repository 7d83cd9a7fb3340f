// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Lists and watches objects as {@code kubectl get} does, in the columns that the server chooses. */
@NullMarked
package dev.renacer.cli.kubectl.listing;

import org.jspecify.annotations.NullMarked;
