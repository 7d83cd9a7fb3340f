// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.pods;

import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Recognizes runtime classes that run pods in a sandbox (gVisor, a virtual machine): their processes are not the
 * node's.
 */
public final class SandboxedRuntimes implements Predicate<String> {
    private static final Duration KEPT = Duration.ofMinutes(10);

    private final KubernetesClient client;
    private final Clock clock;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /**
     * @param client  reads the runtime classes
     * @param clock   decides when to read one again
     */
    public SandboxedRuntimes(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    private record Known(boolean sandboxed, Instant until) {}

    @Override
    public boolean test(String runtimeClass) {
        Instant now = clock.instant();
        return known.compute(
                        runtimeClass,
                        (name, before) -> before != null && now.isBefore(before.until())
                                ? before
                                : new Known(isSandbox(name), now.plus(KEPT)))
                .sandboxed();
    }

    private boolean isSandbox(String name) {
        RuntimeClass found = client.resources(RuntimeClass.class).withName(name).get();
        return found != null && isSandboxHandler(found.getHandler());
    }

    /** Whether the container runtime's handler of this name is gVisor's or Kata's. */
    static boolean isSandboxHandler(String handler) {
        return handler.equals("runsc") || handler.equals("gvisor") || handler.startsWith("kata");
    }
}
