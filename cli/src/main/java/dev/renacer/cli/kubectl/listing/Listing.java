// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.listing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.renacer.cli.kubectl.api.ApiFailures;
import dev.renacer.cli.kubectl.api.RawApi;
import dev.renacer.cli.kubectl.print.ObjectPrinter;
import dev.renacer.cli.kubectl.print.OutputFormat;
import dev.renacer.crds.Renacer;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Lists one of Renacer's resource types as {@code kubectl get} would.
 *
 * @param plural      as in the URL
 * @param singular    as in {@code -o name}
 * @param namespaced  whether its objects lie in namespaces
 * @param nothing     what to say when there is none
 */
public record Listing(String plural, String singular, boolean namespaced, String nothing) {
    /** What was asked for. */
    public static final Listing REQUESTS = new Listing("tracerequests", "tracerequest", true, "no trace requests");
    /** Where spans may go. */
    public static final Listing SINKS =
            new Listing("tracesinks", "tracesink", false, "no trace sinks; a cluster admin creates one named default");
    /** What may be asked for. */
    public static final Listing POLICIES = new Listing(
            "tracepolicies", "tracepolicy", false, "no trace policies: nothing is limited beyond the schema");

    private static final String GROUP_PATH = "apis/" + Renacer.GROUP + "/" + Renacer.VERSION + "/";

    /**
     * Asks and prints.
     *
     * @param namespace  whose objects; empty for those of all namespaces, and for a type that lies in none
     */
    public void print(RawApi api, String namespace, OutputFormat format, PrintWriter out, PrintWriter err) {
        boolean raw = format == OutputFormat.JSON || format == OutputFormat.YAML;
        JsonNode answer =
                ApiFailures.explained(api.server(), () -> api.get(path(namespace), raw ? RawApi.JSON : RawApi.TABLE));
        switch (format) {
            case JSON, YAML -> ObjectPrinter.print(out, format, answer);
            case NAME -> answer.path("rows").forEach(row -> out.println(qualifiedName(row)));
            case TEXT, WIDE -> {
                if (answer.path("rows").isEmpty()) {
                    err.println(namespace.isEmpty() ? nothing : nothing + " in namespace " + namespace);
                } else {
                    ServerTable.lines(answer, format == OutputFormat.WIDE, namespaced && namespace.isEmpty())
                            .forEach(out::println);
                }
            }
        }
        out.flush();
    }

    /** As {@code -o name} has it, of a row of the server's table. */
    String qualifiedName(JsonNode row) {
        return singular + "." + Renacer.GROUP + "/"
                + row.path("object").path("metadata").path("name").asText();
    }

    /** Of its collection in this namespace, or in all if it is empty. */
    public String path(String namespace) {
        return namespace.isEmpty()
                ? GROUP_PATH + plural
                : GROUP_PATH + "namespaces/" + URLEncoder.encode(namespace, StandardCharsets.UTF_8) + "/" + plural;
    }
}
