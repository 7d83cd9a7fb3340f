// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** The resources that an administrator writes for the whole cluster: TracePolicy and TraceSink. */
@NullMarked
package dev.renacer.crds.admin;

import org.jspecify.annotations.NullMarked;
