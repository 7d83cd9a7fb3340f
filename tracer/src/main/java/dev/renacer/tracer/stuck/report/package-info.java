// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What threads wait for, written for people and for programs. */
@NullMarked
package dev.renacer.tracer.stuck.report;

import org.jspecify.annotations.NullMarked;
