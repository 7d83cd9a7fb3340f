// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What becomes of a program whose tracer lets it go, is stopped, or slows it down. */
@NullMarked
package dev.renacer.cli.local.attached;

import org.jspecify.annotations.NullMarked;
