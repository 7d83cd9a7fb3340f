// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The path of a resource request, such as {@code /apis/renacer.dev/v1alpha1/namespaces/shop/tracerequests/checkout/status}.
 *
 * @param namespace empty for a cluster-scoped resource or a list over all namespaces
 * @param name empty for a collection
 * @param subresource empty for the object itself
 */
record ApiPath(String group, String version, String namespace, String plural, String name, String subresource) {
    private static final Pattern CORE = Pattern.compile("/api/(?<version>[^/]+)/(?<rest>.+)");
    private static final Pattern GROUP = Pattern.compile("/apis/(?<group>[^/]+)/(?<version>[^/]+)/(?<rest>.+)");
    private static final Pattern NAMESPACED =
            Pattern.compile("namespaces/(?<namespace>[^/]+)/(?<plural>[^/]+)(?:/(?<name>[^/]+)(?:/(?<sub>.+))?)?");
    private static final Pattern CLUSTER = Pattern.compile("(?<plural>[^/]+)(?:/(?<name>[^/]+)(?:/(?<sub>[^/]+))?)?");
    /** Subresources of a namespace, which would else read as a resource inside it. */
    private static final Set<String> NAMESPACE_SUBRESOURCES = Set.of("status", "finalize");

    /** The path without its query, or nothing if it names no resource. */
    static Optional<ApiPath> parse(String path) {
        Matcher core = CORE.matcher(path);
        if (core.matches()) {
            return rest("", core.group("version"), core.group("rest"));
        }
        Matcher group = GROUP.matcher(path);
        return group.matches()
                ? rest(group.group("group"), group.group("version"), group.group("rest"))
                : Optional.empty();
    }

    private static Optional<ApiPath> rest(String group, String version, String rest) {
        Matcher namespaced = NAMESPACED.matcher(rest);
        if (namespaced.matches() && !NAMESPACE_SUBRESOURCES.contains(namespaced.group("plural"))) {
            return Optional.of(of(group, version, namespaced.group("namespace"), namespaced));
        }
        Matcher cluster = CLUSTER.matcher(rest);
        return cluster.matches() ? Optional.of(of(group, version, "", cluster)) : Optional.empty();
    }

    private static ApiPath of(String group, String version, String namespace, Matcher matcher) {
        return new ApiPath(
                group,
                version,
                namespace,
                matcher.group("plural"),
                Objects.requireNonNullElse(matcher.group("name"), ""),
                Objects.requireNonNullElse(matcher.group("sub"), ""));
    }

    /** The path of an object of this type. */
    static ApiPath of(ResourceType type, String namespace, String name) {
        return new ApiPath(type.group(), type.version(), type.namespaced() ? namespace : "", type.plural(), name, "");
    }

    /** Whether objects of the other path lie in this collection (or are this object). */
    boolean covers(ApiPath other) {
        return group.equals(other.group)
                && version.equals(other.version)
                && plural.equals(other.plural)
                && (namespace.isEmpty() || namespace.equals(other.namespace))
                && (name.isEmpty() || name.equals(other.name));
    }

    /** The same, without a subresource. */
    ApiPath object() {
        return new ApiPath(group, version, namespace, plural, name, "");
    }

    @Override
    public String toString() {
        StringBuilder path = new StringBuilder(group.isEmpty() ? "/api/" : "/apis/" + group + "/").append(version);
        if (!namespace.isEmpty()) {
            path.append("/namespaces/").append(namespace);
        }
        path.append('/').append(plural);
        for (String part : new String[] {name, subresource}) {
            if (!part.isEmpty()) {
                path.append('/').append(part);
            }
        }
        return path.toString();
    }
}
