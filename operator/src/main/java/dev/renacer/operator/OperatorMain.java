// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator;

import dev.renacer.crds.UserText;
import dev.renacer.kubeconfig.ClusterAccess;
import dev.renacer.observability.HttpEndpoints;
import dev.renacer.observability.LogFormat;
import dev.renacer.operator.install.InstallationCheck;
import dev.renacer.operator.install.Uninstall;
import dev.renacer.operator.kube.UnreadableParts;
import dev.renacer.operator.leader.LeaderElection;
import dev.renacer.operator.metrics.OperatorMetrics;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.OperatorException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Starts the operator. Exit code 2: the environment is unusable; 1: the API server is unusable or lacks the
 * definitions, or the lease was lost, or a thread has died; 3: memory has run out. The operator does not wait for an
 * API server that does not answer: its supervisor starts it again, and shows that.
 *
 * <p>Environment: see {@link OperatorConfig}; KUBECONFIG outside a pod.
 */
public final class OperatorMain {
    private static final String CHECK = "--check";
    private static final String END_TRACES = "--end-traces";
    private static final String CLEAN_UP = "--clean-up";
    private static final int FAILED = 1;
    private static final int FRAMES = 10;
    private static final int UNUSABLE = 2;

    /** For a request to the API server, 0.7 s in all: reconciliations and informers have retries of their own. */
    private static final int REQUEST_RETRIES = 3;

    /** The API is v1alpha1, and whoever installs it knows. */
    private static final String API_VERSION_WARNINGS = "io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils";

    private OperatorMain() {}

    /**
     * Runs until SIGTERM or SIGINT. With an argument it does one thing, prints what it did, and exits with 0 or 1:
     * {@value #CHECK} checks whether the installation works; {@value #END_TRACES} and {@value #CLEAN_UP} are the two
     * steps of {@link Uninstall}.
     */
    public static void main(String[] arguments) throws InterruptedException {
        endWithAnyThread();
        try {
            OperatorConfig config = OperatorConfig.of(System.getenv());
            LogFormat.install(config.logLevel(), UserText::printable, API_VERSION_WARNINGS);
            if (arguments.length == 0) {
                start(config, access(System.getenv()));
            } else {
                once(arguments, config, access(System.getenv()));
                return;
            }
        } catch (OperatorConfig.InvalidException e) {
            fail(UNUSABLE, e.getMessage());
        } catch (IOException e) {
            fail(
                    FAILED,
                    "cannot serve probes and metrics: set RENACER_HTTP_PORT to a free port, or to 0 (" + e.getMessage()
                            + ")");
        } catch (KubernetesClientException | OperatorException | UncheckedIOException e) {
            fail(FAILED, TraceOperator.explain(e));
        }
        new CountDownLatch(1).await();
    }

    private static void start(OperatorConfig config, Config access) throws IOException {
        OperatorMetrics metrics = new OperatorMetrics(version());
        Optional<LeaderElection> election = election(config);
        KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(access)
                .withKubernetesSerialization(UnreadableParts.tolerant())
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("renacer-metrics", metrics))
                .build();
        KubernetesClient leases =
                election.map(part -> part.client(access, metrics)).orElse(client);
        TraceOperator operator =
                new TraceOperator(client, leases, config, election, metrics, reason -> fail(FAILED, reason));
        if (config.httpPort() > 0) {
            // Ends with the process: until then a scraper can see how it stops.
            new HttpEndpoints(
                    config.httpPort(),
                    () -> operator.sickness().stream().toList(),
                    () -> operator.ready() ? List.of() : List.of("caches are being filled"),
                    metrics.registry());
        }
        Runtime.getRuntime().addShutdownHook(new Thread(operator::close, "renacer-shutdown"));
        operator.start();
        LoggerFactory.getLogger(OperatorMain.class)
                .info(
                        "ready version={} namespaces={} server={}",
                        version(),
                        config.watchNamespace().orElse("all"),
                        client.getMasterUrl());
    }

    /** This replica's role among others; none without election. */
    private static Optional<LeaderElection> election(OperatorConfig config) {
        return config.leaderElection()
                ? config.ownNamespace().map(namespace -> new LeaderElection(namespace, config.identity()))
                : Optional.empty();
    }

    private static void once(String[] arguments, OperatorConfig config, Config access) throws InterruptedException {
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(access).build()) {
            Uninstall uninstall = new Uninstall(
                    client,
                    config.watchNamespace(),
                    config.ownNamespace(),
                    config.settings().defaultObjects(),
                    System.out::println);
            switch (String.join(" ", arguments)) {
                case CHECK ->
                    check(new InstallationCheck(
                            client,
                            config.settings().defaultSink().isPresent(),
                            config.settings().agents()));
                case END_TRACES -> uninstall.endTraces(Uninstall.PATIENCE);
                case CLEAN_UP -> uninstall.cleanUp(Uninstall.PATIENCE);
                default ->
                    fail(
                            UNUSABLE,
                            "takes no argument except " + CHECK + ", " + END_TRACES + " or " + CLEAN_UP
                                    + ": settings are in the file that RENACER_CONFIG names");
            }
        }
    }

    private static void check(InstallationCheck check) {
        List<InstallationCheck.Result> results = check.run();
        results.forEach(System.out::println);
        if (!results.stream().allMatch(InstallationCheck.Result::passed)) {
            System.exit(FAILED);
        }
    }

    private static String version() {
        return Objects.requireNonNullElse(OperatorMain.class.getPackage().getImplementationVersion(), "unpackaged");
    }

    private static Config access(Map<String, String> environment) throws OperatorConfig.InvalidException {
        String kubeconfig = environment.getOrDefault("KUBECONFIG", "");
        // Several files are joined by the path separator; missing ones are ignored, as in kubectl.
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
        Config access = ClusterAccess.fromEnvironment();
        access.setRequestRetryBackoffLimit(REQUEST_RETRIES);
        return access;
    }

    /** The process ends when a thread dies: otherwise the rest would continue, and nobody would see what is missing. */
    static void endWithAnyThread() {
        Thread.setDefaultUncaughtExceptionHandler(OperatorMain::died);
    }

    private static void died(Thread thread, Throwable failure) {
        fail(
                FAILED,
                "thread " + thread.getName() + " has died; ending, to be restarted: " + failure + " at "
                        + Stream.of(failure.getStackTrace())
                                .limit(FRAMES)
                                .map(StackTraceElement::toString)
                                .collect(Collectors.joining(" < ")));
    }

    private static void fail(int exitCode, @Nullable String message) {
        System.err.println("renacer-operator: " + message);
        // Not exit: the hook would wait for an operator that never started.
        Runtime.getRuntime().halt(exitCode);
    }
}
