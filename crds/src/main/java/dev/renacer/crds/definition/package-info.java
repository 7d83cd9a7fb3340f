// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** The CustomResourceDefinitions as they are installed. Knows all resource types; none of them knows it. */
@NullMarked
package dev.renacer.crds.definition;

import org.jspecify.annotations.NullMarked;
