// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Which request runs next, if policies limit how many run at once. Reads statuses and policies; calls no API. */
@NullMarked
package dev.renacer.operator.queue;

import org.jspecify.annotations.NullMarked;
