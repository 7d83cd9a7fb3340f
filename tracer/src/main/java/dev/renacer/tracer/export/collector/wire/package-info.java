// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What goes over the wire, and what of an answer is read: messages of gRPC, bodies and Retry-After of HTTP. */
@NullMarked
package dev.renacer.tracer.export.collector.wire;

import org.jspecify.annotations.NullMarked;
