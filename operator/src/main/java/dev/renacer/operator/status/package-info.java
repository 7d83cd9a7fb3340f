// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * What is reported about a request, based on the plan and the agents' reports: its status, Events and the audit log,
 * and how these are written.
 */
@NullMarked
package dev.renacer.operator.status;

import org.jspecify.annotations.NullMarked;
