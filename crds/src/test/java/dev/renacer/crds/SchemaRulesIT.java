// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.crds;

import dev.renacer.crds.testing.RealApiServer;
import dev.renacer.crds.testing.SchemaRules;
import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The schema's rules as a real API server holds them. */
@Tag(RealApiServer.TAG)
class SchemaRulesIT extends SchemaRules {
    @RegisterExtension
    static final RealApiServer SERVER = new RealApiServer();

    @Override
    protected KubernetesClient client() {
        return SERVER.client();
    }

    @Override
    protected String namespace() {
        return SERVER.namespace();
    }
}
