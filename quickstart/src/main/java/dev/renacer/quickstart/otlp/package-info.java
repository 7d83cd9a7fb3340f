// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** A receiver of OTLP traces on loopback, over gRPC and HTTP/protobuf, that keeps the spans it gets. */
@NullMarked
package dev.renacer.quickstart.otlp;

import org.jspecify.annotations.NullMarked;
