// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerCgroupTest {
    private static final String UID = "0b5f4b3c-8a1d-4c9e-9d5f-2f6f0e7a1b2c";
    private static final String SLICE_UID = "0b5f4b3c_8a1d_4c9e_9d5f_2f6f0e7a1b2c";
    private static final String ID = "4f1e0c2b9a8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f";
    private static final String OTHER_UID = "11111111-2222-3333-4444-555555555555";
    private static final String OTHER_ID = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private static final ContainerCgroup EXPECTED = new ContainerCgroup(UID, ID);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0::/kubepods/burstable/pod" + UID + "/" + ID,
                "0::/kubepods/besteffort/pod" + UID + "/" + ID,
                "0::/kubepods/pod" + UID + "/" + ID,
                "0::/kubepods/burstable/pod" + UID + "/crio-" + ID,
                "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" + SLICE_UID
                        + ".slice/cri-containerd-" + ID + ".scope",
                "0::/kubepods.slice/kubepods-pod" + SLICE_UID + ".slice/crio-" + ID + ".scope",
                "0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" + SLICE_UID + ".slice/docker-"
                        + ID + ".scope",
            })
    void readsEachDriverAndRuntimeOnTheUnifiedHierarchy(String line) {
        assertThat(ContainerCgroup.parse(line + "\n")).contains(EXPECTED);
        assertThat(ContainerCgroup.parse(line)).as("without a last newline").contains(EXPECTED);
    }

    @Test
    void readsVersion1() {
        String text = """
                12:pids:/kubepods/burstable/pod%1$s/%2$s
                11:memory:/kubepods/burstable/pod%1$s/%2$s
                4:cpu,cpuacct:/kubepods/burstable/pod%1$s/%2$s
                1:name=systemd:/kubepods/burstable/pod%1$s/%2$s
                """.formatted(UID, ID);
        assertThat(ContainerCgroup.parse(text)).contains(EXPECTED);
    }

    @Test
    void readsAHybridWhoseUnifiedLineNamesNothing() {
        String text =
                "9:name=systemd:/kubepods/burstable/pod%1$s/%2$s\n4:memory:/kubepods/burstable/pod%1$s/%2$s\n0::/\n"
                        .formatted(UID, ID);
        assertThat(ContainerCgroup.parse(text)).contains(EXPECTED);
    }

    @Test
    void readsAHybridWhoseLegacyLinesNameNothing() {
        assertThat(ContainerCgroup.parse("9:name=systemd:/\n1:cpu:/\n0::/kubepods/pod" + UID + "/" + ID + "\n"))
                .contains(EXPECTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ks-node-2/kubepods/burstable/pod" + UID + "/" + ID,
                "/kubelet/kubepods/burstable/pod" + UID + "/" + ID,
                "/docker/" + OTHER_ID + "/kubelet/kubepods/pod" + UID + "/" + ID,
                "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod"
                        + SLICE_UID + ".slice/cri-containerd-" + ID + ".scope",
                "/system.slice/docker-" + OTHER_ID + ".scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod"
                        + SLICE_UID + ".slice/cri-containerd-" + ID + ".scope",
            })
    void readsBelowAnyPrefix(String path) {
        assertThat(ContainerCgroup.parse("0::" + path)).contains(EXPECTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../../kubepods-burstable-pod" + SLICE_UID + ".slice/cri-containerd-" + ID + ".scope",
                "/../../../kubepods-besteffort.slice/kubepods-besteffort-pod" + SLICE_UID + ".slice/cri-containerd-"
                        + ID + ".scope",
                "/../../pod" + UID + "/" + ID,
                "/../../../pod" + UID + "/" + ID,
                "/../../../burstable/pod" + UID + "/" + ID,
            })
    void readsFromTheReadersOwnCgroupNamespace(String path) {
        assertThat(ContainerCgroup.parse("0::" + path)).contains(EXPECTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0::/kubepods/burstable/pod" + UID + "/" + ID + "/init.scope",
                "0::/kubepods/burstable/pod" + UID + "/" + ID + "/system.slice/nginx.service",
                "0::/kubepods.slice/kubepods-pod" + SLICE_UID + ".slice/cri-containerd-" + ID + ".scope/a:b/c",
                "0::/kubepods/burstable/pod" + UID + "/" + ID + " (deleted)",
            })
    void readsACgroupBelowTheContainersOwn(String line) {
        assertThat(ContainerCgroup.parse(line)).contains(EXPECTED);
    }

    @Test
    void readsTheFormOfDriversThatDisagree() {
        assertThat(ContainerCgroup.parse("0::/system.slice/containerd.service/kubepods-burstable-pod" + SLICE_UID
                        + ".slice:cri-containerd:" + ID))
                .contains(EXPECTED);
    }

    @Test
    void aContainerCannotPoseAsAnotherByACgroupOfItsOwn() {
        assertThat(ContainerCgroup.parse(
                        "0::/kubepods/pod" + UID + "/" + ID + "/kubepods/pod" + OTHER_UID + "/" + OTHER_ID))
                .contains(EXPECTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "garbage",
                "1:cpu",
                "0::/",
                "0::/user.slice/user-1000.slice/session-2.scope",
                "0::/system.slice/kubelet.service",
                "0::/kubepods",
                "0::/kubepods/burstable/pod" + UID,
                "0::/kubepods/burstable/pod" + UID + "/",
                "0::/kubepods/burstable/podnotauid/" + ID,
                "0::/pod" + UID + "/" + ID,
                "0::/kubepods/burstable/pod" + UID + "/kata_" + ID,
                "0::/kubepods/burstable/pod" + UID + "/crio-conmon-" + ID,
                "0::/kubepods.slice/kubepods-pod" + SLICE_UID + ".slice/crio-conmon-" + ID + ".scope",
                "0::/kubepods.slice/kubepods-pod" + SLICE_UID + ".slice",
                "0::/docker/" + ID,
            })
    void readsNothingWhereNoContainerIsNamed(String text) {
        assertThat(ContainerCgroup.parse(text)).isEmpty();
    }

    @Test
    void isLinearInHostileText() {
        String hostile = "0::/" + "kubepods-pod".repeat(200_000) + "/" + "pod/".repeat(200_000);
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> assertThat(ContainerCgroup.parse(hostile)).isEmpty());
    }
}
