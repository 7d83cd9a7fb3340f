// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

@NullMarked
package dev.renacer.quickstart.schema;

import org.jspecify.annotations.NullMarked;
