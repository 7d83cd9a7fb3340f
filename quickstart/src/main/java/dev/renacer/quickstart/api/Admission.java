// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** What becomes of an object between the request that writes it and the store. */
interface Admission {
    /** For types whose schema the server does not know. */
    Admission ANYTHING = (proposed, current) -> proposed;

    /**
     * The object as it is to be stored.
     *
     * @param proposed  what the client wants to be there
     * @param current   what is there; null: nothing is
     * @throws RefusedException if it must not be stored
     */
    JsonNode admit(JsonNode proposed, @Nullable JsonNode current) throws RefusedException;
}
