// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What the documents tell a reader to type is typed here. */
@NullMarked
package dev.renacer.architecture.docs;

import org.jspecify.annotations.NullMarked;
