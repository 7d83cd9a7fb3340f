// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import dev.renacer.crds.NodeTraceSpec.Target;
import java.util.Optional;

/**
 * The Kubernetes container a process belongs to, according to its {@code /proc/PID/cgroup}. This is how the agent finds
 * the processes of a container without a runtime's socket and without reading pods.
 *
 * <p>Known forms (kubelet's cgroup drivers cgroupfs and systemd, cgroup v1, v2 and hybrid, cgroups(7)):
 *
 * <pre>
 * /kubepods/burstable/pod&lt;uid&gt;/&lt;id&gt;          cgroupfs, containerd and Docker
 * /kubepods/burstable/pod&lt;uid&gt;/crio-&lt;id&gt;                                               cgroupfs, CRI-O
 * /kubepods.slice/kubepods-burstable.slice/
 *     kubepods-burstable-pod&lt;uid with _&gt;.slice/cri-containerd-&lt;id&gt;.scope
 * …/kubepods-pod&lt;uid with _&gt;.slice/crio-&lt;id&gt;.scope                                       systemd, CRI-O
 * …/kubepods-besteffort-pod&lt;uid with _&gt;.slice/docker-&lt;id&gt;.scope                           systemd, Docker
 * /system.slice/containerd.service/
 *     kubepods-burstable-pod&lt;uid with _&gt;.slice:cri-containerd:&lt;id&gt;   drivers that disagree
 * </pre>
 *
 * each below any prefix (kind's {@code /kubelet}, a node inside a container) and with anything below it (a container
 * that manages cgroups of its own), and as seen from a cgroup namespace of the reader's own, where the path starts with
 * {@code /..} and may lack its upper part. CRI-O's {@code crio-conmon-<id>} is the container's monitor, not the
 * container.
 *
 * <p>A container may create cgroups below its own and name them as it likes. Therefore the outermost pod in the path
 * counts: no container can pose as another one.
 *
 * @param podUid       UID of the pod, with dashes, as the API server gives it
 * @param containerId  ID of the container without the runtime's prefix
 */
public record ContainerCgroup(String podUid, String containerId) {
    private static final String POD = "pod";
    private static final String SYSTEMD_POD = "-pod";
    private static final String SLICE = ".slice";
    private static final String SCOPE = ".scope";
    private static final String DELETED = " (deleted)";
    private static final int UID_LENGTH = 36;
    private static final int MIN_ID_LENGTH = 12;

    /** The cgroup of a target, named by its pod's UID and its container's ID. */
    public static ContainerCgroup of(Target target) {
        return new ContainerCgroup(target.podUid(), target.containerId());
    }

    /**
     * Reads the text of a {@code /proc/PID/cgroup}. Linear in its length.
     *
     * @return the container of the first line that names one; empty if none does: the process belongs to no pod's
     * container
     */
    public static Optional<ContainerCgroup> parse(String text) {
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            if (end < 0) {
                end = text.length();
            }
            Optional<ContainerCgroup> found = parseLine(text.substring(start, end));
            if (found.isPresent()) {
                return found;
            }
            start = end + 1;
        }
        return Optional.empty();
    }

    /** One line: {@code hierarchy:controllers:path}; the path itself may contain colons. */
    private static Optional<ContainerCgroup> parseLine(String line) {
        int first = line.indexOf(':');
        int second = first < 0 ? -1 : line.indexOf(':', first + 1);
        if (second < 0) {
            return Optional.empty();
        }
        String path = line.substring(second + 1);
        return parsePath(path.endsWith(DELETED) ? path.substring(0, path.length() - DELETED.length()) : path);
    }

    private static Optional<ContainerCgroup> parsePath(String path) {
        // In a cgroup namespace of its own, the reader may not see the kubepods part above the pod.
        boolean belowKubepods = path.startsWith("/..");
        int start = 0;
        while (start < path.length()) {
            int end = path.indexOf('/', start);
            if (end < 0) {
                end = path.length();
            }
            String segment = path.substring(start, end);
            belowKubepods |= segment.contains("kubepods");
            if (belowKubepods) {
                int colon = segment.indexOf(':');
                Optional<String> pod = podUid(colon < 0 ? segment : segment.substring(0, colon));
                if (pod.isPresent()) {
                    String container =
                            colon < 0 ? segmentAfter(path, end) : segment.substring(segment.lastIndexOf(':') + 1);
                    return containerId(container).map(id -> new ContainerCgroup(pod.get(), id));
                }
            }
            start = end + 1;
        }
        return Optional.empty();
    }

    private static String segmentAfter(String path, int slash) {
        if (slash >= path.length()) {
            return "";
        }
        int end = path.indexOf('/', slash + 1);
        return path.substring(slash + 1, end < 0 ? path.length() : end);
    }

    private static Optional<String> podUid(String segment) {
        if (segment.startsWith(POD) && segment.length() == POD.length() + UID_LENGTH) {
            return uid(segment.substring(POD.length()));
        }
        if (!segment.endsWith(SLICE)) {
            return Optional.empty();
        }
        String slice = segment.substring(0, segment.length() - SLICE.length());
        int marker = slice.length() - UID_LENGTH - SYSTEMD_POD.length();
        if (marker < 0 || !slice.startsWith(SYSTEMD_POD, marker)) {
            return Optional.empty();
        }
        // systemd reads "-" in a slice's name as a level of nesting, so kubelet writes "_" instead.
        return uid(slice.substring(slice.length() - UID_LENGTH).replace('_', '-'));
    }

    /**
     * A UUID in its canonical form. Pods from a kubelet's own files have a different UID in the API and are never
     * targets.
     */
    private static Optional<String> uid(String text) {
        for (int i = 0; i < UID_LENGTH; i++) {
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? text.charAt(i) != '-' : !isHex(text.charAt(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(text);
    }

    private static Optional<String> containerId(String segment) {
        String name = segment.endsWith(SCOPE) ? segment.substring(0, segment.length() - SCOPE.length()) : segment;
        String id = withoutRuntime(name);
        if (id.length() < MIN_ID_LENGTH) {
            return Optional.empty();
        }
        for (int i = 0; i < id.length(); i++) {
            if (!isHex(id.charAt(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(id);
    }

    private static String withoutRuntime(String name) {
        for (String runtime : new String[] {"cri-containerd-", "crio-", "docker-"}) {
            if (name.startsWith(runtime)) {
                return name.substring(runtime.length());
            }
        }
        return name;
    }

    private static boolean isHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
}
