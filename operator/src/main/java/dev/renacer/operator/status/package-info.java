// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What is reported about a request, from what is planned and what the agents reported: its status, Events, the audit log; and the writing of it. */
@NullMarked
package dev.renacer.operator.status;

import org.jspecify.annotations.NullMarked;
