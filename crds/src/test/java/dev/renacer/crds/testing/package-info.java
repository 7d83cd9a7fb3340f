// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** The door to a real API server for integration tests. */
@NullMarked
package dev.renacer.crds.testing;

import org.jspecify.annotations.NullMarked;
