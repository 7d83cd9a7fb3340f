// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.option;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.quickstart.api.EmbeddedApi;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ThreadlessExitFactoryTest {
    @Test
    void aClosedClientHasNoThreadThatWaitsInTheKernel() throws Exception {
        Set<Thread> others = selectors();
        try (EmbeddedApi api = EmbeddedApi.start()) {
            try (KubernetesClient client = new KubernetesClientBuilder()
                    .withConfig(new ConfigBuilder().withMasterUrl(api.url()).build())
                    .withHttpClientFactory(new ThreadlessExitFactory())
                    .build()) {
                client.namespaces().list();
                assertThat(selectors()).as("while it is open").anyMatch(Predicate.not(others::contains));
            }
            assertThat(selectors()).as("once it is closed").allMatch(others::contains);
        }
    }

    private static Set<Thread> selectors() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains("SelectorManager"))
                .collect(Collectors.toSet());
    }
}
