// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * What the definition of a custom resource demands of its objects, as an API server holds it: unknown fields are dropped, defaults set,
 * values checked against the OpenAPI schema, rules in CEL evaluated. Knows nothing of HTTP.
 */
@NullMarked
package dev.renacer.quickstart.schema;

import org.jspecify.annotations.NullMarked;
