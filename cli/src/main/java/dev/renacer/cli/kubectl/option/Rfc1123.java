// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.option;

import dev.renacer.cli.CommandFailure;
import java.util.regex.Pattern;

/** The two forms of names that Kubernetes takes from RFC 1123 (kubernetes.io, Object Names and IDs). */
public final class Rfc1123 {
    private static final int LABEL_LENGTH = 63;
    private static final int SUBDOMAIN_LENGTH = 253;
    private static final String LABEL_FORM = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
    private static final Pattern LABEL = Pattern.compile(LABEL_FORM);
    private static final Pattern SUBDOMAIN = Pattern.compile(LABEL_FORM + "(?:\\." + LABEL_FORM + ")*");

    private Rfc1123() {}

    /**
     * Checks a name of a namespace or a container.
     *
     * @param where  the option, for the message
     * @throws CommandFailure if the API server would not take it
     */
    static void label(String where, String name) {
        check(where, name, LABEL, LABEL_LENGTH, "a-z, 0-9 and '-'");
    }

    /** As {@link #label}, of the name of any other object. */
    public static void subdomain(String where, String name) {
        check(where, name, SUBDOMAIN, SUBDOMAIN_LENGTH, "a-z, 0-9, '-' and '.'");
    }

    private static void check(String where, String name, Pattern form, int most, String letters) {
        if (name.length() > most || !form.matcher(name).matches()) {
            throw CommandFailure.usage(where + " '" + name + "' is not a valid name in Kubernetes; use at most " + most
                    + " characters of " + letters + ", a letter or digit first and last");
        }
    }
}
