// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

import dev.renacer.crds.definition.Definitions;
import dev.renacer.crds.testing.SchemaRules;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The schema's rules as the stand-in holds them. */
class SchemaRulesTest extends SchemaRules {
    private static final String NAMESPACE = "shop";

    @SuppressWarnings("NullAway.Init") // set before the first test
    private static EmbeddedApi api;

    @SuppressWarnings("NullAway.Init") // set before the first test
    private static KubernetesClient client;

    @BeforeAll
    static void start() throws IOException {
        api = EmbeddedApi.start();
        Definitions.load().forEach(api::register);
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(api.kubeconfig(NAMESPACE)))
                .build();
    }

    @AfterAll
    static void stop() {
        client.close();
        api.close();
    }

    @Override
    protected KubernetesClient client() {
        return client;
    }

    @Override
    protected String namespace() {
        return NAMESPACE;
    }
}
