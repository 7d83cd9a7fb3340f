// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.look;

import dev.renacer.nodeagent.process.ContainerCgroup;
import dev.renacer.nodeagent.process.ProcessFiles;
import dev.renacer.nodeagent.process.ProcessFinder;
import dev.renacer.tracer.stuck.Viewpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A look for whoever may look at one container: processes of its pod are named, by the numbers that they have inside their container,
 * and no others. The node has other tenants, whose processes may hold the other end of a connection or of a lock. Not thread-safe.
 */
final class PodViewpoint implements Viewpoint {
    private static final int SHORT_ID = 12;

    private final ProcessFinder finder;
    private final ProcessFiles files;
    private final ContainerCgroup container;
    private final Map<Integer, Optional<ContainerCgroup>> places = new HashMap<>();

    PodViewpoint(ProcessFinder finder, ProcessFiles files, ContainerCgroup container) {
        this.finder = finder;
        this.files = files;
        this.container = container;
    }

    @Override
    public boolean mayName(int pid) {
        return place(pid)
                .filter(found -> found.podUid().equals(container.podUid()))
                .isPresent();
    }

    @Override
    public String number(int pid, int tid) {
        String number = Integer.toString(files.innerNumber(tid).orElse(0));
        return place(pid)
                .filter(found -> !found.equals(container))
                .map(found -> number + " of container "
                        + files.containerName(pid, found.podUid()).orElseGet(() -> shortened(found.containerId())))
                .orElse(number);
    }

    private static String shortened(String id) {
        return id.substring(0, Math.min(SHORT_ID, id.length()));
    }

    private Optional<ContainerCgroup> place(int pid) {
        return places.computeIfAbsent(
                pid,
                of -> finder.place(of) instanceof ProcessFinder.Place.Inside(ContainerCgroup found)
                        ? Optional.of(found)
                        : Optional.empty());
    }
}
