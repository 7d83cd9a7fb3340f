// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.renacer.cli.kubectl.api.PlainAccess.Identity;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The kubeconfig files as kubectl merges them, read for the one case that needs no Kubernetes client: a server with certificates
 * and a token. All else, what is wrong with a file included, is left to {@code ClusterAccess}.
 */
public final class Kubeconfig {
    private static final Set<String> PLAIN_CLUSTER = Set.of(
            "server", "certificate-authority", "certificate-authority-data", "extensions", "disable-compression");
    private static final Set<String> PLAIN_USER = Set.of(
            "token",
            "tokenFile",
            "client-certificate",
            "client-certificate-data",
            "client-key",
            "client-key-data",
            "extensions");
    /** Where the Kubernetes client looks for a proxy. */
    private static final List<String> PROXIES =
            List.of("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy");

    /** A part of a file, and the folder that its relative paths start from. */
    private record Entry(Path folder, JsonNode content) {
        static final Entry NONE = new Entry(Path.of(""), MissingNode.getInstance());

        /** {@code NAME-data}, else the file that {@code NAME} names. */
        Optional<String> pem(String name) throws IOException {
            JsonNode data = content.path(name + "-data");
            return data.isTextual() && !data.textValue().isEmpty()
                    ? Optional.of(
                            new String(Base64.getMimeDecoder().decode(data.textValue()), StandardCharsets.ISO_8859_1))
                    : file(name);
        }

        /** What is in the file that {@code NAME} names. */
        Optional<String> file(String name) throws IOException {
            String path = content.path(name).asText();
            return path.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Files.readString(folder.resolve(path), StandardCharsets.ISO_8859_1));
        }

        boolean hasOnly(Set<String> names) {
            Iterator<String> fields = content.fieldNames();
            while (fields.hasNext()) {
                if (!names.contains(fields.next())) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Entry> files;

    private Kubeconfig(List<Entry> files) {
        this.files = files;
    }

    /** The files kubectl would read. */
    public static List<Path> files(Map<String, String> environment) {
        String named = environment.getOrDefault("KUBECONFIG", "");
        if (named.isEmpty()) {
            return List.of(Path.of(System.getProperty("user.home"), ".kube", "config"));
        }
        List<Path> files = new ArrayList<>();
        for (String file : named.split(File.pathSeparator, -1)) {
            if (!file.isEmpty()) {
                files.add(Path.of(file));
            }
        }
        return files;
    }

    /**
     * The way to the cluster, if it is a plain one.
     *
     * @param context  its name; empty for the current one
     */
    public static Optional<PlainAccess> plainAccess(List<Path> files, String context, Map<String, String> environment) {
        for (String proxy : PROXIES) {
            if (environment.containsKey(proxy)) {
                return Optional.empty();
            }
        }
        try {
            List<Entry> read = new ArrayList<>();
            YAMLFactory yaml = new YAMLFactory();
            for (Path file : files) {
                // As kubectl: a file of the list that is not there is passed over.
                if (Files.exists(file)) {
                    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file lies in a folder");
                    read.add(new Entry(folder, RawApi.MAPPER.readTree(yaml.createParser(Files.readString(file)))));
                }
            }
            return new Kubeconfig(read).access(context);
        } catch (IOException | IllegalArgumentException _) {
            // ClusterAccess reads the same again, and knows how to say what is wrong.
            return Optional.empty();
        }
    }

    private Optional<PlainAccess> access(String wanted) throws IOException {
        JsonNode context = named("contexts", "context", wanted.isEmpty() ? currentContext() : wanted).content;
        Entry cluster = named("clusters", "cluster", context.path("cluster").asText());
        Entry user = named("users", "user", context.path("user").asText());
        String server = cluster.content.path("server").asText();
        if (server.isEmpty() || !cluster.hasOnly(PLAIN_CLUSTER) || !user.hasOnly(PLAIN_USER)) {
            return Optional.empty();
        }
        Optional<String> certificate = user.pem("client-certificate");
        Optional<String> key = user.pem("client-key");
        if (certificate.isPresent() != key.isPresent()) {
            return Optional.empty();
        }
        Optional<String> token = user.file("tokenFile").or(() -> text(user.content, "token"));
        return Optional.of(new PlainAccess(
                server,
                text(context, "namespace"),
                cluster.pem("certificate-authority"),
                certificate.map(pem -> new Identity(pem, key.orElseThrow())),
                token.map(String::strip)));
    }

    /** Of the first file that has one. */
    private String currentContext() {
        for (Entry file : files) {
            String name = file.content.path("current-context").asText();
            if (!name.isEmpty()) {
                return name;
            }
        }
        return "";
    }

    /** The first of this name. */
    private Entry named(String list, String member, String name) {
        for (Entry file : files) {
            for (JsonNode item : file.content.path(list)) {
                if (item.path("name").asText().equals(name)) {
                    return new Entry(file.folder, item.path(member));
                }
            }
        }
        return Entry.NONE;
    }

    private static Optional<String> text(JsonNode object, String field) {
        String text = object.path(field).asText();
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
