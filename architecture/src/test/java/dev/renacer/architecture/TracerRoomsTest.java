// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.architecture;

import dev.renacer.architecture.PackageArrows.Arrow;
import org.junit.jupiter.api.Test;

/** Arrows between the packages of the tracer. */
class TracerRoomsTest {
    @Test
    void packagesKnowOnlyThoseBelowThem() {
        new PackageArrows(
                        "dev.renacer.tracer",
                        Arrow.of(
                                "span",
                                "",
                                "span.slice",
                                "span.wait",
                                "span.volume",
                                "span.attribute",
                                "export",
                                "export.settings",
                                "output",
                                "subject",
                                "descriptor",
                                "descriptor.address",
                                "redact",
                                "source",
                                "syscall"),
                        Arrow.of(
                                "recording",
                                "recording.block",
                                "descriptor",
                                "descriptor.address",
                                "descriptor.path",
                                "",
                                "source",
                                "syscall"),
                        Arrow.of("recording.block"),
                        Arrow.of(
                                "metric", "", "span.volume", "span.attribute", "export", "export.collector", "syscall"),
                        Arrow.of("span.slice", "", "span.volume", "span.attribute", "export", "syscall"),
                        Arrow.of("span.volume", "", "syscall"),
                        Arrow.of("span.wait", "", "redact", "syscall"),
                        Arrow.of("span.attribute", "", "syscall"),
                        Arrow.of("statistics.report", "statistics", "output", "", "syscall"),
                        Arrow.of("statistics", "", "source", "syscall"),
                        Arrow.of("comparison.report", "comparison", "syscall"),
                        Arrow.of("comparison", "", "descriptor", "descriptor.address", "source", "syscall"),
                        Arrow.of("export", "export.collector", "export.settings"),
                        Arrow.of("export.collector", "export.settings"),
                        Arrow.of("export.settings"),
                        Arrow.of("output.json", "output", "output.notation", "", "descriptor", "source", "syscall"),
                        Arrow.of(
                                "report",
                                "",
                                "output",
                                "output.notation",
                                "descriptor",
                                "descriptor.address",
                                "redact",
                                "source",
                                "syscall"),
                        Arrow.of(
                                "output.perfetto",
                                "output.protobuf",
                                "output",
                                "output.notation",
                                "",
                                "descriptor",
                                "descriptor.address",
                                "source",
                                "syscall"),
                        Arrow.of("output.pprof", "output.protobuf", "output", "", "source", "syscall"),
                        Arrow.of("output.protobuf"),
                        Arrow.of(
                                "output",
                                "output.argument",
                                "output.notation",
                                "",
                                "descriptor",
                                "redact",
                                "source",
                                "syscall"),
                        Arrow.of(
                                "output.argument",
                                "output.struct.device",
                                "output.struct.netlink",
                                "output.struct",
                                "output.notation",
                                "descriptor",
                                "descriptor.address",
                                "",
                                "redact",
                                "syscall"),
                        Arrow.of("output.struct.netlink", "output.struct", "output.notation", "syscall"),
                        Arrow.of("output.struct.device", "output.struct", "output.notation", "syscall"),
                        Arrow.of("output.struct", "output.notation", "", "descriptor.address", "syscall"),
                        Arrow.of("output.notation", "", "source", "syscall"),
                        Arrow.of("subject", "descriptor", "descriptor.address", "", "syscall"),
                        Arrow.of("descriptor", "descriptor.address", "descriptor.path", "", "redact", "syscall"),
                        Arrow.of("descriptor.address"),
                        Arrow.of("descriptor.path"),
                        Arrow.of("filter", "", "syscall"),
                        Arrow.of("", "redact", "source", "syscall"),
                        Arrow.of("redact", "syscall"),
                        Arrow.of("source"),
                        Arrow.of("syscall"))
                .check();
    }
}
