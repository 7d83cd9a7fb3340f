// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What should be: which containers a request means, which policies and rules allow. Pure: no API calls, no clock. */
@NullMarked
package dev.renacer.operator.plan;

import org.jspecify.annotations.NullMarked;
