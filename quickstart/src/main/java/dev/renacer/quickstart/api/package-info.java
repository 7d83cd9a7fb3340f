// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * A stand-in for a Kubernetes API server, for the demonstration only: create, read, update, patch, delete, list, watch and
 * discovery on loopback, in memory. It checks no schema, no CEL rule, no access right, and sets no defaults.
 */
@NullMarked
package dev.renacer.quickstart.api;

import org.jspecify.annotations.NullMarked;
