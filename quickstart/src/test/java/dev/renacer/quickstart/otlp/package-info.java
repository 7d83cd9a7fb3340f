// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

@NullMarked
package dev.renacer.quickstart.otlp;

import org.jspecify.annotations.NullMarked;
