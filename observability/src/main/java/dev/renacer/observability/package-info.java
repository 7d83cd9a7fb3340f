// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What a program that runs in a cluster shows of itself: probes and metrics over HTTP, lines of its log. Knows nothing of ours. */
@NullMarked
package dev.renacer.observability;

import org.jspecify.annotations.NullMarked;
