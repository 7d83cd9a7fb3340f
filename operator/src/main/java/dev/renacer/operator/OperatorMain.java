// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import dev.renacer.crds.ClusterAccess;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.OperatorException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the operator. Exit code 2: the environment is unusable; 1: the API server is, or lacks the definitions. */
public final class OperatorMain {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorMain.class);

    private OperatorMain() {}

    /** Runs until SIGTERM or SIGINT. Takes no arguments; see {@link OperatorConfig} for the environment. */
    public static void main(String[] arguments) throws InterruptedException {
        OperatorConfig config;
        try {
            config = OperatorConfig.of(System.getenv());
        } catch (OperatorConfig.InvalidException e) {
            System.err.println("renacer-operator: " + e.getMessage());
            System.exit(2);
            return;
        }
        try {
            KubernetesClient client = new KubernetesClientBuilder()
                    .withConfig(ClusterAccess.fromEnvironment())
                    .build();
            TraceOperator operator = new TraceOperator(client, config);
            Runtime.getRuntime().addShutdownHook(new Thread(operator::close, "shutdown"));
            operator.start();
            LOG.info(
                    "serving TraceRequests of {} at {}",
                    config.watchNamespace().map(name -> "namespace " + name).orElse("all namespaces"),
                    client.getMasterUrl());
        } catch (KubernetesClientException | OperatorException | UncheckedIOException e) {
            System.err.println("renacer-operator: " + TraceOperator.explain(e));
            System.exit(1);
        }
        new CountDownLatch(1).await();
    }
}
