// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What should be: targets and assignments, from a request, the pods and a sink. Pure: no API calls, no clock. */
@NullMarked
package dev.renacer.operator.plan;

import org.jspecify.annotations.NullMarked;
