// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;

/**
 * Writes JSON patches (RFC 6902). They replace lists whole on every server; a merge patch should as well, but fabric8's mock server
 * appends.
 */
final class JsonPatch {
    private JsonPatch() {}

    /** One step, spelt as in the document. */
    record Step(String op, String path, Object value) {}

    /** The patch of these steps, all or none of which take effect. */
    static String of(Step... steps) {
        return Serialization.asJson(List.of(steps));
    }

    /** Fails the patch unless the value is this. */
    static Step test(String path, Object value) {
        return new Step("test", path, value);
    }

    /** Sets the value, whether there is one or not. */
    static Step put(String path, Object value) {
        return new Step("add", path, value);
    }
}
