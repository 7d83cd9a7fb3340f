// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

@NullMarked
package dev.renacer.quickstart.api;

import org.jspecify.annotations.NullMarked;
