// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.chart;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The objects that {@code helm template} makes of the chart with some values. */
record RenderedChart(List<HasMetadata> objects) {
    static final String RELEASE = "renacer";
    static final String NAMESPACE = "renacer-system";
    static final Path CHART = Path.of("renacer").toAbsolutePath();

    /** Annotation that says when a hook runs, as it is found in {@link #objects}. */
    static final String HOOK = "hook-of-the-chart";

    /** Helm's library leaves hooks out of what it renders: in this copy their annotation has another name. */
    private static final Path WITH_HOOKS;

    private static final Pattern HOOK_ANNOTATION = Pattern.compile("helm\\.sh/hook(?=[\":])");

    static {
        try (Stream<Path> files = Files.walk(CHART)) {
            WITH_HOOKS = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "chart-with-hooks-");
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                Path copy = WITH_HOOKS.resolve(CHART.relativize(file));
                Files.createDirectories(copy.resolveSibling("."));
                Files.writeString(
                        copy, HOOK_ANNOTATION.matcher(Files.readString(file)).replaceAll(HOOK));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The oldest Kubernetes the chart is for. */
    static final String OLDEST_KUBERNETES = "1.32.0";

    static final KubernetesSerialization YAML = new KubernetesSerialization();

    private static final Pattern DOCUMENT_END = Pattern.compile("(?m)^---.*$");
    private static final Pattern EMPTY = Pattern.compile("(?m)\\A(\\s*(#.*)?)*\\z");

    /** Rendered as a release named like the chart, without a cluster. {@code values} is YAML. */
    static RenderedChart of(String values) {
        return of(values, RELEASE, NAMESPACE);
    }

    static RenderedChart of(String values, String release, String namespace) {
        String rendered = withValuesFile(
                values,
                file -> new Helm(WITH_HOOKS)
                        .template()
                        .withName(release)
                        .withNamespace(namespace)
                        .withKubeVersion(OLDEST_KUBERNETES)
                        .withValuesFile(file)
                        .call());
        return new RenderedChart(DOCUMENT_END
                .splitAsStream(rendered)
                .filter(document -> !EMPTY.matcher(document).matches())
                .map(document -> (HasMetadata) YAML.unmarshal(document))
                .toList());
    }

    /** All objects of a type, in the order in which they are rendered. */
    <T extends HasMetadata> List<T> all(Class<T> type) {
        return objects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The object of that type and name. */
    <T extends HasMetadata> T one(Class<T> type, String name) {
        return all(type).stream()
                .filter(object -> object.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + type.getSimpleName() + " " + name + " is rendered"));
    }

    /** Names of the objects of a kind. */
    List<String> names(String kind) {
        return objects.stream()
                .filter(object -> object.getKind().equals(kind))
                .map(object -> object.getMetadata().getName())
                .toList();
    }

    static <R> R withValuesFile(String values, Function<Path, R> use) {
        try {
            Path file = Files.createTempFile("values-", ".yaml");
            try {
                Files.writeString(file, values);
                return use.apply(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
