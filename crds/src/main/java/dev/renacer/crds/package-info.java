// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** The custom resources of renacer.dev/v1alpha1. */
@NullMarked
package dev.renacer.crds;

import org.jspecify.annotations.NullMarked;
