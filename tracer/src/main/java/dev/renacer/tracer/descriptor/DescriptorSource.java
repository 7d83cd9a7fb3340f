// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import dev.renacer.tracer.redact.Redactor;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the kernel shows of the descriptors of a process: /proc, or what a test has in its place. For any thread. */
public interface DescriptorSource {
    /** Shows nothing. */
    DescriptorSource NOTHING = new DescriptorSource() {
        @Override
        public Optional<Descriptor> descriptor(int pid, int number) {
            return Optional.empty();
        }

        @Override
        public Map<Integer, Descriptor> descriptors(int pid) {
            return Map.of();
        }

        @Override
        public Optional<Descriptor> folder(int pid) {
            return Optional.empty();
        }

        @Override
        public Map<Long, Descriptor.Socket> sockets(int pid, Set<Long> inodes) {
            return Map.of();
        }
    };

    /**
     * What /proc shows now, which asks nothing of the process.
     *
     * @param redactor  takes the secrets out of names
     */
    static DescriptorSource ofProc(Redactor redactor) {
        return new RedactedSource(new ProcDescriptors(Path.of("/proc")), redactor);
    }

    /** What this number is now; empty if nothing, or if the process is gone or may not be looked at. */
    Optional<Descriptor> descriptor(int pid, int number);

    /** What all numbers are now. */
    Map<Integer, Descriptor> descriptors(int pid);

    /** The working directory. */
    Optional<Descriptor> folder(int pid);

    /** The sockets with these numbers in the network namespace of this process, as far as it shows them. */
    Map<Long, Descriptor.Socket> sockets(int pid, Set<Long> inodes);
}
