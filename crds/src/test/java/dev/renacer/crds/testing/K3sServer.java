// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/** One k3s container for all tests of a JVM; testcontainers' reaper removes it when the JVM ends. */
final class K3sServer {
    static final String IMAGE = "rancher/k3s:v1.34.1-k3s1";

    private static @Nullable Path kubeconfig;

    private K3sServer() {}

    /** Whether a Docker engine answers and holds the image; nothing is pulled, a test must not depend on a registry. */
    static boolean available() {
        DockerClientFactory docker = DockerClientFactory.instance();
        if (!docker.isDockerAvailable()) {
            return false;
        }
        return !docker.client()
                .listImagesCmd()
                .withFilter("reference", List.of(IMAGE))
                .exec()
                .isEmpty();
    }

    static synchronized Path kubeconfig() throws IOException {
        Path path = kubeconfig;
        if (path == null) {
            path = Files.createTempFile("renacer-k3s-", ".kubeconfig");
            path.toFile().deleteOnExit();
            Files.writeString(path, started().getKubeConfigYaml());
            kubeconfig = path;
        }
        return path;
    }

    @SuppressWarnings("resource") // lives as long as the JVM; the reaper removes it
    private static K3sContainer started() {
        K3sContainer container = new K3sContainer(DockerImageName.parse(IMAGE));
        container.start();
        return container;
    }
}
