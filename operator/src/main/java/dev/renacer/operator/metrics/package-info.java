// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What the operator reports to a scraper about itself. */
@org.jspecify.annotations.NullMarked
package dev.renacer.operator.metrics;
