// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What calls are about: which paths, which peers, which of the descriptors that are polled. */
@NullMarked
package dev.renacer.tracer.subject;

import org.jspecify.annotations.NullMarked;
