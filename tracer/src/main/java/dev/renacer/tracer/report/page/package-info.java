// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What all pages for a browser have in common: policy, style, scripts, and the form in which they carry data. */
@NullMarked
package dev.renacer.tracer.report.page;

import org.jspecify.annotations.NullMarked;
