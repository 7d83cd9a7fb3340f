// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** The ways to the API server, what is asked of it, and its refusals put into words. */
@NullMarked
package dev.renacer.cli.kubectl.api;

import org.jspecify.annotations.NullMarked;
