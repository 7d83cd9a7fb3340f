// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import dev.renacer.crds.ClusterAccess;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.OperatorException;
import java.io.File;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Starts the operator. Exit code 2: the environment is unusable; 1: the API server is, or it lacks the definitions.
 *
 * <p>Environment: see {@link OperatorConfig}; KUBECONFIG outside a pod.
 */
public final class OperatorMain {
    private static final String FORMAT_PROPERTY = "java.util.logging.SimpleFormatter.format";
    /** One line an entry: time, level, message, and what was thrown. */
    private static final String LINE_FORMAT = "%1$tY-%1$tm-%1$tdT%1$tH:%1$tM:%1$tS.%1$tL%1$tz %4$s %5$s%6$s%n";

    private static final int FAILED = 1;
    private static final int UNUSABLE = 2;

    private OperatorMain() {}

    /** Runs until SIGTERM or SIGINT. Takes no arguments. */
    public static void main(String[] arguments) throws InterruptedException {
        if (System.getProperty(FORMAT_PROPERTY) == null) {
            System.setProperty(FORMAT_PROPERTY, LINE_FORMAT);
        }
        // The API is v1alpha1, and whoever installs it knows.
        Logger.getLogger("io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils")
                .setLevel(Level.SEVERE);
        try {
            OperatorConfig config = OperatorConfig.of(System.getenv());
            start(
                    config,
                    new KubernetesClientBuilder()
                            .withConfig(access(System.getenv()))
                            .build());
        } catch (OperatorConfig.InvalidException e) {
            fail(UNUSABLE, e.getMessage());
        } catch (KubernetesClientException | OperatorException | UncheckedIOException e) {
            fail(FAILED, TraceOperator.explain(e));
        }
        new CountDownLatch(1).await();
    }

    private static void start(OperatorConfig config, KubernetesClient client) {
        TraceOperator operator = new TraceOperator(client, config);
        Runtime.getRuntime().addShutdownHook(new Thread(operator::close, "renacer-shutdown"));
        operator.start();
        LoggerFactory.getLogger(OperatorMain.class)
                .info(
                        "serving TraceRequests of {} at {}",
                        config.watchNamespace().map(name -> "namespace " + name).orElse("all namespaces"),
                        client.getMasterUrl());
    }

    private static Config access(Map<String, String> environment) throws OperatorConfig.InvalidException {
        String kubeconfig = environment.getOrDefault("KUBECONFIG", "");
        // Several files are joined by the path separator; those that are missing are passed over, as kubectl does.
        boolean one = !kubeconfig.isBlank() && !kubeconfig.contains(File.pathSeparator);
        if (one && !Files.isReadable(Path.of(kubeconfig))) {
            throw new OperatorConfig.InvalidException("KUBECONFIG names " + kubeconfig
                    + ", which cannot be read: name a kubeconfig, or unset it in a pod");
        }
        Path home = Path.of(System.getProperty("user.home"), ".kube", "config");
        if (kubeconfig.isBlank() && !environment.containsKey("KUBERNETES_SERVICE_HOST") && !Files.isReadable(home)) {
            throw new OperatorConfig.InvalidException(
                    "no API server is known: set KUBECONFIG to a kubeconfig, or run the operator in a pod");
        }
        return ClusterAccess.fromEnvironment();
    }

    private static void fail(int exitCode, @Nullable String message) {
        System.err.println("renacer-operator: " + message);
        // Not exit: the hook would wait for an operator that never started.
        Runtime.getRuntime().halt(exitCode);
    }
}
