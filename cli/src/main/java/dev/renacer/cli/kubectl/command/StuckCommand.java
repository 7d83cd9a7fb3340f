// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.command;

import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.cli.KubectlExit;
import dev.renacer.cli.Signals;
import dev.renacer.cli.kubectl.api.ApiFailures;
import dev.renacer.cli.kubectl.api.NamedRequests;
import dev.renacer.cli.kubectl.api.RequestName;
import dev.renacer.cli.kubectl.api.Requester;
import dev.renacer.cli.kubectl.follow.LookWatch;
import dev.renacer.cli.kubectl.option.LabelSelectors;
import dev.renacer.cli.kubectl.option.LookArguments;
import dev.renacer.cli.kubectl.option.PodChoice;
import dev.renacer.cli.kubectl.option.WorkloadKind;
import dev.renacer.cli.kubectl.option.WorkloadReference;
import dev.renacer.cli.kubectl.print.LookText;
import dev.renacer.cli.kubectl.print.ObjectPrinter;
import dev.renacer.cli.kubectl.print.OutputFormat;
import dev.renacer.cli.kubectl.status.TraceFacts;
import dev.renacer.cli.kubectl.status.TraceState;
import dev.renacer.crds.ContainerLook;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestSpec;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.UserText;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kubectl renacer stuck}: what the threads of a pod wait for, without tracing them. */
@Command(
        name = "stuck",
        mixinStandardHelpOptions = true,
        description = {
            "Says what each thread of a pod waits for, the most suspicious first: its call with its arguments, how long it has"
                    + " slept, who has the other end, who holds the lock.",
            "Nothing is traced and nothing stopped. It takes the same rights as run, and is bound by the same TracePolicies."
        },
        footer = {
            "",
            "Exit codes: 0 looked, whatever was found; 3 refused; 4 there was nothing to look at; 5 no answer in time; 6 not all"
                    + " nodes answered; 7 with --fail-on deadlock, if there is one; 1 any other failure; 2 usage.",
            "",
            "Examples:",
            "  kubectl renacer stuck db-0 -n shop",
            "  kubectl renacer stuck deploy/checkout -n shop --container app",
            "  kubectl renacer stuck db-0 --fail-on deadlock -o json",
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields before call()
public final class StuckCommand extends ClusterCommand {
    private static final String DEADLOCK = "deadlock";

    @Mixin
    LookArguments look = new LookArguments();

    @Parameters(
            arity = "0..1",
            paramLabel = "POD|KIND/NAME",
            description =
                    "Name of a pod, or what run takes: deploy, sts, ds, rs, job, cronjob or KIND.GROUP, and a name.")
    @Nullable
    String workload;

    @Option(
            names = {"-l", "--selector"},
            paramLabel = "SELECTOR",
            description = "Pods with these labels, as app=web,tier!=cache.")
    @Nullable
    String selector;

    @Option(
            names = "--fail-on",
            paramLabel = "deadlock",
            description = "Exit with code 7 if there is a deadlock, for a script.")
    @Nullable
    String failOn;

    @Override
    public Integer call() {
        OutputFormat format = output.in(OutputFormat.JSON, OutputFormat.YAML);
        if ((workload == null) == (selector == null)) {
            throw CommandFailure.usage(
                    workload == null
                            ? "nothing to look at; give the name of a pod, " + WorkloadKind.spellings()
                                    + ", or a selector with -l"
                            : "give either " + workload + " or a selector with -l, not both");
        }
        if (failOn != null && !failOn.equals(DEADLOCK)) {
            throw CommandFailure.usage("'" + failOn + "' is nothing to fail on; there is " + DEADLOCK);
        }
        // The whole command line is checked before the first request.
        Optional<WorkloadReference> reference = Optional.ofNullable(workload)
                .map(name -> WorkloadReference.parse(name.contains("/") ? name : "pod/" + name));
        Optional<PodChoice> labelled =
                Optional.ofNullable(selector).map(LabelSelectors::parse).map(PodChoice.BySelector::new);
        cluster().checkNamespace();
        look.check();
        try (KubernetesClient client = cluster().client()) {
            String namespace = cluster().namespace(client);
            TraceRequest over = ApiFailures.explained(client, () -> {
                PodChoice pods = labelled.isPresent()
                        ? labelled.get()
                        : reference.orElseThrow().resolve(client);
                String base = "stuck-" + reference.map(WorkloadReference::name).orElse("pods");
                return answer(client, namespace, base, look.spec(pods, Requester.name(client)));
            });
            return print(over, format);
        }
    }

    private TraceRequest answer(KubernetesClient client, String namespace, String base, TraceRequestSpec spec) {
        TraceRequest wanted = new TraceRequest();
        wanted.setMetadata(new ObjectMetaBuilder()
                .withNamespace(namespace)
                .withName(RequestName.of(base))
                .build());
        wanted.setSpec(spec);
        // A server that does not know the mode would leave it out, and Renacer trace the pod.
        if (!client.resource(wanted).dryRun(true).create().getSpec().isLook()) {
            throw new CommandFailure(
                    ExitCode.FAILURE,
                    "the TraceRequests of this cluster do not know looks (spec.mode): Renacer there is older than this command;"
                            + " ask a cluster admin to update it. Nothing was created");
        }
        TraceRequest created = client.resource(wanted).create();
        if (look.keep()) {
            say("tracerequest.renacer.dev/" + created.getMetadata().getName() + " is kept");
            return new LookWatch(client, err()).await(created);
        }
        Signals.INT.handle(signal -> {
            delete(client, created);
            Runtime.getRuntime().halt(ExitCode.ofSignal(signal));
        });
        try {
            return new LookWatch(client, err()).await(created);
        } finally {
            delete(client, created);
        }
    }

    private void delete(KubernetesClient client, TraceRequest request) {
        String name = request.getMetadata().getName();
        try {
            NamedRequests.handle(client, request.getMetadata().getNamespace(), name)
                    .delete();
        } catch (KubernetesClientException e) {
            say("TraceRequest '" + name + "' is left: " + ApiFailures.reason(e)
                    + "; once it is over it is deleted after some minutes");
        }
    }

    private void say(String text) {
        err().println(UserText.printable(text));
        err().flush();
    }

    private int print(TraceRequest over, OutputFormat format) {
        TraceState state = TraceState.of(over);
        List<ContainerLook> looks = Optional.ofNullable(over.getStatus())
                .map(TraceRequestStatus::looks)
                .orElse(List.of());
        if (format == OutputFormat.TEXT) {
            LookText.print(out(), looks);
        } else {
            ObjectPrinter.print(out(), format, Map.of("looks", looks));
        }
        // What was looked at speaks for itself; what was not is told, and of a failure only how it ended.
        String repeated = state == TraceState.SUCCEEDED ? "state" : "degraded";
        TraceFacts.of(over).stream()
                .filter(fact -> !fact.topic().equals(repeated))
                .forEach(fact -> say(fact.line()));
        boolean found = failOn != null && looks.stream().anyMatch(ContainerLook::hasDeadlock);
        return found ? KubectlExit.FOUND : state.exitCode(over);
    }
}
