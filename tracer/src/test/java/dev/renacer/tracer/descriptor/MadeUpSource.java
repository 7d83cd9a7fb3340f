// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a test says that /proc shows. */
final class MadeUpSource implements DescriptorSource {
    final Map<Integer, Descriptor> now = new HashMap<>();
    final Map<Long, Descriptor.Socket> sockets = new HashMap<>();
    Optional<Descriptor> folder = Optional.empty();
    int asked;

    @Override
    public Optional<Descriptor> descriptor(int pid, int number) {
        asked++;
        return Optional.ofNullable(now.get(number));
    }

    @Override
    public Map<Integer, Descriptor> descriptors(int pid) {
        return Map.copyOf(now);
    }

    @Override
    public Optional<Descriptor> folder(int pid) {
        return folder;
    }

    @Override
    public Map<Long, Descriptor.Socket> sockets(int pid, Set<Long> inodes) {
        return Map.copyOf(sockets);
    }
}
