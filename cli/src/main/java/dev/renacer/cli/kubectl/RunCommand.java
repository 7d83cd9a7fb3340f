// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.Signals;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestSpec;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kubectl renacer run}: asks for a trace and follows it to its end. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Traces the pods of a workload, one pod, or the pods of a selector, and follows the trace to its end.",
            "Ctrl-C ends the trace. Exit code: 0 once the trace succeeded, 1 otherwise."
        },
        footer = {
            "",
            "Examples:",
            "  kubectl renacer run deploy/checkout -n shop --duration 30s",
            "  kubectl renacer run pod/db-0 --syscalls 'file,!newfstatat' --container postgres",
            "  kubectl renacer run -l 'app in (web,api)' --sink tempo --no-wait",
        })
final class RunCommand implements Callable<Integer> {
    private static final int NAME_TRIES = 5;
    private static final int SUFFIX_LENGTH = 5;
    /** What Kubernetes itself draws name suffixes from: no vowels, no digits that look like letters. */
    private static final String SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";
    /** Leaves room for the suffix within a DNS label. */
    private static final int MAX_BASE_LENGTH = 63 - SUFFIX_LENGTH - 1;

    private final RandomGenerator random = new SecureRandom();

    @Mixin
    ClusterOptions cluster = new ClusterOptions();

    @Mixin
    RequestOptions request = new RequestOptions();

    @Parameters(
            arity = "0..1",
            paramLabel = "KIND/NAME",
            description = "deploy/NAME, sts/NAME, ds/NAME, rs/NAME or pod/NAME.")
    @Nullable
    String workload;

    @Option(
            names = {"-l", "--selector"},
            paramLabel = "SELECTOR",
            description = "Pods with these labels, as app=web,tier!=cache.")
    @Nullable
    String selector;

    @Option(names = "--no-wait", description = "Only create the request and print its name.")
    boolean noWait;

    @Override
    public Integer call() {
        long start = System.nanoTime();
        if ((workload == null) == (selector == null)) {
            throw CommandFailure.usage(
                    workload == null
                            ? "nothing to trace; give " + WorkloadKind.spellings() + ", or a selector with -l"
                            : "give either " + workload + " or a selector with -l, not both");
        }
        // The whole command line is checked before the first request.
        Optional<WorkloadReference> reference = Optional.ofNullable(workload).map(WorkloadReference::parse);
        Optional<PodChoice> labelled =
                Optional.ofNullable(selector).map(LabelSelectors::parse).map(PodChoice.BySelector::new);
        request.check();
        try (KubernetesClient client = cluster.client()) {
            String namespace = cluster.namespace(client);
            TraceRequest created = ApiFailures.explained(client, () -> {
                PodChoice pods = labelled.isPresent()
                        ? labelled.get()
                        : reference.orElseThrow().resolve(client, namespace);
                String base = reference.map(WorkloadReference::name).orElse("trace");
                return create(client, namespace, base, request.spec(pods));
            });
            PrintStream out = System.out;
            out.println("tracerequest.renacer.dev/" + created.getMetadata().getName() + " created");
            if (noWait) {
                return ExitCode.SUCCESS;
            }
            TraceWatch watch = new TraceWatch(client, created, new TraceFollower(out, start));
            Signals.INT.handle(signal -> watch.interrupt());
            Signals.TERM.handle(signal -> watch.interrupt());
            return ApiFailures.explained(client, watch::await);
        }
    }

    /** Creates the request under the workload's name and a random suffix, as kubectl debug names its pods. */
    private TraceRequest create(KubernetesClient client, String namespace, String base, TraceRequestSpec spec) {
        for (int attempt = 1; ; attempt++) {
            TraceRequest wanted = new TraceRequest();
            wanted.setMetadata(new ObjectMetaBuilder()
                    .withNamespace(namespace)
                    .withName(name(base))
                    .build());
            wanted.setSpec(spec);
            try {
                return client.resource(wanted).create();
            } catch (KubernetesClientException e) {
                if (!ApiFailures.isConflict(e) || attempt == NAME_TRIES) {
                    throw e;
                }
            }
        }
    }

    private String name(String base) {
        String label = base.toLowerCase(Locale.ROOT).replace('.', '-');
        String cut = label.length() > MAX_BASE_LENGTH ? label.substring(0, MAX_BASE_LENGTH) : label;
        StringBuilder name = new StringBuilder(cut).append('-');
        for (int i = 0; i < SUFFIX_LENGTH; i++) {
            name.append(SUFFIX_LETTERS.charAt(random.nextInt(SUFFIX_LETTERS.length())));
        }
        return name.toString();
    }
}
