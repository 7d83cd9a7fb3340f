// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.assignment;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.renacer.crds.NodeTraceSpec;
import dev.renacer.crds.NodeTraceSpec.AwaitedContainer;
import dev.renacer.crds.NodeTraceSpec.Target;
import dev.renacer.nodeagent.process.ContainerCgroup;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The containers of a spec that may start at any moment under an ID that is not known yet: those that it awaits, and
 * those it names, which may restart. Immutable.
 */
final class AwaitedContainers {
    private record Key(String podUid, String containerName) {
        static Key of(AwaitedContainer container) {
            return new Key(container.podUid(), container.containerName());
        }
    }

    private final Map<Key, AwaitedContainer> byName = new HashMap<>();
    private final Set<String> pods;

    /** The awaited containers of this spec. */
    AwaitedContainers(NodeTraceSpec spec) {
        Stream.concat(spec.awaitedContainers().stream(), spec.targets().stream().map(AwaitedContainer::like))
                .forEach(container -> byName.putIfAbsent(Key.of(container), container));
        this.pods = byName.keySet().stream().map(Key::podUid).collect(toUnmodifiableSet());
    }

    /** The UIDs of their pods. */
    Set<String> pods() {
        return pods;
    }

    /** The container with this name in that pod, now started; empty if it is not awaited. */
    Optional<Target> started(ContainerCgroup cgroup, String containerName) {
        return Optional.ofNullable(byName.get(new Key(cgroup.podUid(), containerName)))
                .map(container -> container.started(cgroup.containerId()));
    }

    /** Whether this container has not left the spec. */
    boolean include(Target target) {
        return byName.containsKey(new Key(target.podUid(), target.containerName()));
    }
}
