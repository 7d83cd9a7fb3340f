// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether what the agent lives by makes progress: its watch, its looks at processes, its exports and its writes. An agent of
 * which one of these has stalled answers its probes and does nothing; the kubelet is to start another one. What an API server or
 * a collector that is away holds up does not count: trying is progress. Thread-safe.
 */
public final class Liveness {
    private static final Logger LOG = LoggerFactory.getLogger(Liveness.class);

    /** One of the things that the agent lives by. */
    @FunctionalInterface
    public interface Part {
        /**
         * What has stalled, and for how long; empty if it goes on or has nothing to do. Takes no lock that a part may hold while
         * it works.
         */
        Optional<String> stalled();
    }

    private final List<Part> parts;

    /** @param parts  what the agent lives by */
    public Liveness(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /** What has stalled now; empty: the agent is alive. */
    public List<String> stalled() {
        List<String> found = new ArrayList<>();
        for (Part part : parts) {
            part.stalled().ifPresent(found::add);
        }
        if (!found.isEmpty()) {
            LOG.error("not alive: {}", String.join("; ", found));
        }
        return found;
    }
}
