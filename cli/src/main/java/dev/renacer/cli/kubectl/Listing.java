// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import dev.renacer.cli.ExitCode;
import dev.renacer.crds.Renacer;
import io.fabric8.kubernetes.client.Config;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Lists one of Renacer's resource types as {@code kubectl get} would.
 *
 * @param plural    as in the URL
 * @param singular  as in {@code -o name}
 * @param nothing   what to say when there is none
 */
record Listing(String plural, String singular, String nothing) {
    private static final String GROUP_PATH = "apis/" + Renacer.GROUP + "/" + Renacer.VERSION + "/";

    /** Of a cluster-scoped type, or of all namespaces. */
    int everywhere(Config config, OutputFormat format, boolean namespaced, PrintWriter out, PrintWriter err) {
        return print(config, GROUP_PATH + plural, format, namespaced, nothing, out, err);
    }

    /** Of one namespace. */
    int inNamespace(Config config, String namespace, OutputFormat format, PrintWriter out, PrintWriter err) {
        String path = GROUP_PATH + "namespaces/" + URLEncoder.encode(namespace, StandardCharsets.UTF_8) + "/" + plural;
        return print(config, path, format, false, nothing + " in namespace " + namespace, out, err);
    }

    private int print(
            Config config,
            String path,
            OutputFormat format,
            boolean namespaces,
            String ifNone,
            PrintWriter out,
            PrintWriter err) {
        boolean raw = format == OutputFormat.JSON || format == OutputFormat.YAML;
        try (RawApi api = RawApi.of(config)) {
            JsonNode answer =
                    ApiFailures.explained(api.server(), () -> api.get(path, raw ? RawApi.JSON : RawApi.TABLE));
            switch (format) {
                case JSON, YAML -> OutputOption.print(out, format, answer);
                case NAME ->
                    answer.path("rows")
                            .forEach(row -> out.println(singular + "." + Renacer.GROUP + "/"
                                    + row.path("object")
                                            .path("metadata")
                                            .path("name")
                                            .asText()));
                case TEXT, WIDE -> {
                    if (answer.path("rows").isEmpty()) {
                        err.println(ifNone);
                    } else {
                        ServerTable.lines(answer, format == OutputFormat.WIDE, namespaces)
                                .forEach(out::println);
                    }
                }
            }
        }
        out.flush();
        return ExitCode.SUCCESS;
    }
}
