// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Protobuf messages that are written by field number, without classes generated for them. */
@NullMarked
package dev.renacer.tracer.output.protobuf;

import org.jspecify.annotations.NullMarked;
