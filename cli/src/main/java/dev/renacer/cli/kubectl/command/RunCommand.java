// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.command;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.Signals;
import dev.renacer.cli.kubectl.api.ApiFailures;
import dev.renacer.cli.kubectl.api.RequestName;
import dev.renacer.cli.kubectl.api.Requester;
import dev.renacer.cli.kubectl.follow.LiveLine;
import dev.renacer.cli.kubectl.follow.ProgressPrinter;
import dev.renacer.cli.kubectl.follow.TraceWatch;
import dev.renacer.cli.kubectl.option.DryRun;
import dev.renacer.cli.kubectl.option.LabelSelectors;
import dev.renacer.cli.kubectl.option.PodChoice;
import dev.renacer.cli.kubectl.option.RequestOptions;
import dev.renacer.cli.kubectl.option.Rfc1123;
import dev.renacer.cli.kubectl.option.WorkloadKind;
import dev.renacer.cli.kubectl.option.WorkloadReference;
import dev.renacer.cli.kubectl.print.OutputFormat;
import dev.renacer.cli.kubectl.print.RequestReport;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestSpec;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.PrintWriter;
import java.util.Optional;
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
            "Ctrl-C ends the trace and waits for its last figures; a second Ctrl-C leaves at once."
        },
        footer = {
            "",
            "Exit codes: 0 the trace succeeded; 3 it was refused; 4 nothing was traced; 5 no answer in time; 6 an agent"
                    + " was killed or did not report the end; 130 left by a second Ctrl-C; 1 any other failure; 2 usage.",
            "",
            "Examples:",
            "  kubectl renacer run deploy/checkout -n shop --duration 30s",
            "  kubectl renacer run pod/db-0 --syscalls 'file,!newfstatat' --container postgres",
            "  kubectl renacer run rollout.argoproj.io/web --only-errors --justification INC-4711",
            "  kubectl renacer run deploy/checkout -n shop --path /etc/app/config.yaml --peer 10.0.0.9:5432",
            "  kubectl renacer run -l 'app in (web,api)' --sink tempo --no-wait",
            "  kubectl renacer run sts/db --dry-run=client > request.yaml",
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before call()
public final class RunCommand extends ClusterCommand {
    private static final int NAME_TRIES = 5;

    @Mixin
    RequestOptions request = new RequestOptions();

    @Mixin
    DryRun dryRun = new DryRun();

    @Parameters(
            arity = "0..1",
            paramLabel = "KIND/NAME",
            description = "pod, deploy, sts, ds, rs, job, cronjob, or KIND.GROUP of anything with a scale subresource.")
    @Nullable
    String workload;

    @Option(
            names = {"-l", "--selector"},
            paramLabel = "SELECTOR",
            description = "Pods with these labels, as app=web,tier!=cache.")
    @Nullable
    String selector;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Name of the request; derived from the workload if absent.")
    @Nullable
    String name;

    @Option(
            names = {"--no-wait", "--no-follow"},
            description = "Only create the request and print its name.")
    boolean noWait;

    @Override
    public Integer call() {
        long start = System.nanoTime();
        OutputFormat format = output.in(OutputFormat.JSON, OutputFormat.YAML, OutputFormat.NAME);
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
        if (name != null) {
            Rfc1123.subdomain("--name", name);
        }
        cluster().checkNamespace();
        request.check();
        try (KubernetesClient client = cluster().client()) {
            String namespace = cluster().namespace(client);
            TraceRequest created = ApiFailures.explained(client, () -> {
                PodChoice pods = labelled.isPresent()
                        ? labelled.get()
                        : reference.orElseThrow().resolve(client);
                String base = reference.map(WorkloadReference::name).orElse("trace");
                Optional<String> requester = dryRun.isClient() ? Optional.empty() : Requester.name(client);
                return create(client, namespace, base, request.spec(pods, requester));
            });
            PrintWriter out = out();
            OutputFormat shown = dryRun.isClient() && format == OutputFormat.TEXT ? OutputFormat.YAML : format;
            RequestReport.done(out, shown, created, "created" + dryRun.suffix());
            if (noWait || dryRun.isOn() || shown != OutputFormat.TEXT) {
                return ExitCode.SUCCESS;
            }
            TraceWatch watch =
                    new TraceWatch(client, created, new ProgressPrinter(out, LiveLine.onTerminal(out), start));
            Signals.INT.handle(signal -> watch.interrupt());
            Signals.TERM.handle(signal -> watch.interrupt());
            return ApiFailures.explained(client, watch::await);
        }
    }

    private TraceRequest create(KubernetesClient client, String namespace, String base, TraceRequestSpec wanted) {
        for (int attempt = 1; ; attempt++) {
            TraceRequest object = new TraceRequest();
            object.setMetadata(new ObjectMetaBuilder()
                    .withNamespace(namespace)
                    .withName(name == null ? RequestName.of(base) : name)
                    .build());
            object.setSpec(wanted);
            if (dryRun.isClient()) {
                return object;
            }
            try {
                return client.resource(object).dryRun(dryRun.isServer()).create();
            } catch (KubernetesClientException e) {
                if (!ApiFailures.isConflict(e) || attempt == NAME_TRIES || name != null) {
                    throw e;
                }
            }
        }
    }
}
