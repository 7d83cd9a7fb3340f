// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessFilesTest {
    private static final String POD = "0b5f4b3c-8a1d-4c9e-9d5f-2f6f0e7a1b2c";
    private static final String ROOT =
            "600 590 0:120 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/a,upperdir=/b\n";

    @TempDir
    private Path procfs;

    @Test
    void aContainersNameIsInTheMountOfItsTerminationMessage() throws IOException {
        mounts(7, ROOT + mount("/var/lib/kubelet/pods/" + POD + "/containers/app/5c1f0e2a", "/dev/termination-log"));
        assertThat(name(7)).isEqualTo("app");
        mounts(
                8,
                ROOT
                        + mount(
                                "/pods/" + POD + "/containers/web-1/5c1f0e2a",
                                "/tmp/why")); // kubelet's folder is a filesystem
        assertThat(name(8)).isEqualTo("web-1");
    }

    @Test
    void whileItsRuntimeMakesItsMountsTheyAreSeenWhereTheyAreMade() throws IOException {
        mounts(
                7,
                ROOT
                        + mount(
                                "/var/lib/kubelet/pods/" + POD + "/containers/app/5c1f0e2a",
                                "/run/containerd/io.containerd.runtime.v2.task/k8s.io/1/rootfs/dev/termination-log"));
        assertThat(name(7)).isEqualTo("app");
    }

    @Test
    void mountsOfOtherPodsAndVolumesTellNothing() throws IOException {
        mounts(
                7,
                ROOT
                        + mount("/var/lib/kubelet/pods/" + POD.replace('0', '1') + "/containers/app/5c1f0e2a", "/x")
                        + mount("/var/lib/kubelet/pods/" + POD + "/volumes/kubernetes.io~empty-dir/data", "/data")
                        + mount("/var/lib/kubelet/pods/" + POD + "/etc-hosts", "/etc/hosts")
                        + mount("/", "/pods/" + POD + "/containers/app/5c1f0e2a")
                        + "broken\n");
        assertThat(name(7)).isEmpty();
        assertThat(name(8)).as("it is gone").isEmpty();
    }

    @Test
    void oneWithTwoNamesHasNone() throws IOException {
        String folder = "/var/lib/kubelet/pods/" + POD + "/containers/";
        mounts(7, mount(folder + "app/5c1f0e2a", "/dev/termination-log") + mount(folder + "other/5c1f0e2a", "/mnt"));
        assertThat(name(7)).isEmpty();
    }

    private String name(int pid) {
        return new ProcessFiles(procfs).containerName(pid, POD).orElse("");
    }

    private void mounts(int pid, String text) throws IOException {
        Files.createDirectory(procfs.resolve(Integer.toString(pid)));
        Files.writeString(procfs.resolve(pid + "/mountinfo"), text);
    }

    private static String mount(String root, String where) {
        return "612 600 254:0 " + root + " " + where + " rw,relatime - ext4 /dev/vda rw\n";
    }
}
