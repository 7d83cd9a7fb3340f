// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What a request and the reports of its nodes say, read and put into words. Asks no cluster. */
@NullMarked
package dev.renacer.cli.kubectl.status;

import org.jspecify.annotations.NullMarked;
