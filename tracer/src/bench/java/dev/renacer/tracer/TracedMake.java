// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.CaptureSession;
import dev.renacer.capture.LaunchSpec;
import dev.renacer.capture.ring.CapturedEvent;
import dev.renacer.capture.ring.EventKind;
import dev.renacer.capture.ring.RingPolicy;
import dev.renacer.capture.ring.SyntheticRing;
import dev.renacer.tracer.filter.SyscallFilter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The events of a traced {@code make} of a few C files, in a ring that can be read again and again. */
final class TracedMake {
    /** How many calls are in the ring. */
    static final int CALLS = 1 << 15;

    private static final int EVENTS = 2 * CALLS;
    private static final int SIDE_BYTES = 1 << 26;
    private static final int FILES = 4;
    private static final String SOURCE = """
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            int part@(int argc, char **argv) {
                for (int i = 1; i < argc; i++) {
                    printf("%s has %zu letters\\n", argv[i], strlen(argv[i]));
                }
                return argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
            }
            """;

    private TracedMake() {}

    /** Traces it until there are enough calls, as {@code renacer -f} does. */
    static SyntheticRing record() throws Exception {
        return record(ArgumentDetail.FULL);
    }

    /**
     * Traces it until there are enough calls.
     *
     * @param detail  how much is read of what arguments point to
     */
    static SyntheticRing record(ArgumentDetail detail) throws Exception {
        SyntheticRing ring = new SyntheticRing(EVENTS, SIDE_BYTES);
        Path folder = Files.createTempDirectory("renacer-traced-make");
        try {
            write(folder);
            for (int calls = 0; calls < CALLS; ) {
                calls += trace(make(folder), detail, ring, CALLS - calls);
            }
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                all.sorted(Comparator.reverseOrder()).forEach(TracedMake::delete);
            }
        }
        return ring;
    }

    /**
     * The same of a program that reads and writes, byte by byte.
     *
     * @param detail  how much is read of what arguments point to
     */
    static SyntheticRing recordCopy(ArgumentDetail detail) throws Exception {
        SyntheticRing ring = new SyntheticRing(EVENTS, SIDE_BYTES);
        List<String> copy = List.of("dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=" + CALLS, "status=none");
        trace(new LaunchSpec("/usr/bin/dd", copy, Optional.empty()), detail, ring, CALLS);
        return ring;
    }

    private static LaunchSpec make(Path folder) {
        List<String> make = List.of("make", "-B", "-s", "-C", folder.toString());
        return new LaunchSpec("/usr/bin/make", make, Optional.empty());
    }

    private static void write(Path folder) throws IOException {
        StringBuilder rules = new StringBuilder("parts.a: ");
        for (int file = 0; file < FILES; file++) {
            rules.append("part").append(file).append(".o ");
            Files.writeString(folder.resolve("part" + file + ".c"), SOURCE.replace("@", Integer.toString(file)));
        }
        Files.writeString(folder.resolve("Makefile"), rules.append("\n\tar rc $@ $^\n"));
    }

    private static int trace(LaunchSpec program, ArgumentDetail detail, SyntheticRing ring, int most) throws Exception {
        CaptureOptions plain = new CaptureOptions(
                SyscallFilter.EVERYTHING.plan(detail),
                RingPolicy.BLOCK,
                1 << 16,
                1 << 24,
                4096,
                true,
                Optional.empty(),
                Optional.of(Duration.ofSeconds(30)));
        CaptureOptions options = detail == ArgumentDetail.FULL ? plain.withBuffers(32) : plain;
        int[] calls = {0};
        try (CaptureSession session = CaptureSession.open(options)) {
            session.launch(program);
            while (true) {
                boolean over = session.finished();
                session.heartbeat();
                int read = session.ring()
                        .drain(
                                event -> {
                                    if (calls[0] < most) {
                                        calls[0] += copy(event, ring);
                                    }
                                },
                                Integer.MAX_VALUE);
                if (over && read == 0) {
                    return calls[0];
                }
                LockSupport.parkNanos(100_000);
            }
        }
    }

    /** Returns how many calls it is. */
    private static int copy(CapturedEvent event, SyntheticRing ring) {
        List<Long> args = new ArrayList<>();
        for (int index = 0; index < 6; index++) {
            args.add(event.arg(index));
        }
        SyntheticRing.Event copied = ring.event(event.kind())
                .times(event.startNanos(), event.endNanos())
                .args(args.stream().mapToLong(Long::longValue).toArray())
                .result(event.result())
                .pointers(event.instructionPointer(), event.stackPointer())
                .tid(event.tid())
                .tgid(event.tgid())
                .number(event.number())
                .arch(event.arch())
                .flags(event.flags())
                .aux(event.aux());
        for (int piece = 0; piece < event.pieceCount(); piece++) {
            copied.copy(event, piece);
        }
        copied.publish();
        return event.kind() == EventKind.CALL || event.kind() == EventKind.CALL_UNFINISHED ? 1 : 0;
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
