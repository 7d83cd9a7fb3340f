// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What the operator tells a scraper about itself. */
@org.jspecify.annotations.NullMarked
package dev.renacer.operator.metrics;
