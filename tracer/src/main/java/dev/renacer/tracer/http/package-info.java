// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** For which request a program works, as the heads of HTTP that it receives and sends say. */
@NullMarked
package dev.renacer.tracer.http;

import org.jspecify.annotations.NullMarked;
