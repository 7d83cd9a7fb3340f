// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * A stand-in for a Kubernetes API server, for the demonstration only: create, read, update, patch, delete, list, watch and
 * discovery on loopback, in memory. Custom resources are held against their definition's schema, defaults and CEL rules; it checks no
 * access right, and of the types that are built in no field.
 */
@NullMarked
package dev.renacer.quickstart.api;

import org.jspecify.annotations.NullMarked;
