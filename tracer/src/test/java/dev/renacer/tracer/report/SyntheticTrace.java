// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.Inheritance;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.output.notation.TextDetail;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Calls as a server with some workers makes them, as many as wanted: files that are there and files that are not, requests and
 * answers, waits. Always the same ones. No process has such numbers, so that /proc knows nothing of them.
 */
final class SyntheticTrace {
    private static final int FIRST_PID = 5_000_001;
    private static final int WORKERS = 6;
    private static final int THREADS = 3;
    private static final int FILES = 20_000;
    private static final int ENOENT = 2;
    private static final int EAGAIN = 11;
    private static final int SIGSTOP = 19;
    private static final long BEGIN = 1_760_000_000_000_000_000L;

    private final Random random = new Random(7);
    private final Descriptors descriptors = new Descriptors(Inheritance.NONE);
    private final List<TracedProcess> processes = new ArrayList<>();
    private final long[] clocks = new long[WORKERS * THREADS];
    private final List<TraceListener> listeners;
    private final long wanted;
    private long made;

    private SyntheticTrace(ReportStream out, long calls) {
        wanted = calls;
        ReportFacts facts = new ReportFacts(
                "./server --workers 6 <b>bold</b>",
                "1.0",
                "host-1",
                "Linux 6.12.0 amd64",
                ZoneId.of("Europe/Berlin"),
                List.of(new ReportFacts.Fact("Calls asked for", "all")));
        NameWriter names = NameWriter.of(descriptors, NameWriter.Style.ALL);
        listeners = List.of(descriptors, new HtmlReport(out, facts, descriptors, names, TextDetail.DEFAULT));
    }

    /** Writes a report of so many calls. */
    static void write(Path file, long calls) throws IOException {
        try (ReportStream out = ReportStream.file(file, complaint -> {
            throw new IllegalStateException(complaint);
        })) {
            new SyntheticTrace(out, calls).run();
        }
    }

    private void run() {
        listeners.forEach(listener -> listener.onBegin(0));
        for (int worker = 0; worker < WORKERS; worker++) {
            TracedProcess process = new TracedProcess(
                    FIRST_PID + 10 * worker,
                    FIRST_PID + 10 * worker,
                    worker == 0 ? 1 : FIRST_PID,
                    worker == 0 ? "server" : "worker",
                    Optional.of("/usr/bin/server"));
            processes.add(process);
            event(new TraceEvent.ProcessStarted(
                    process,
                    BEGIN + worker * 1_000_000L,
                    worker == 0 ? TraceEvent.Origin.LAUNCHED : TraceEvent.Origin.FORKED,
                    worker == 0 ? 0 : FIRST_PID,
                    worker == 0 ? 0 : FIRST_PID));
        }
        for (int thread = 0; thread < clocks.length; thread++) {
            clocks[thread] = BEGIN + thread * 300_000L;
        }
        while (made < wanted) {
            int thread = earliest();
            switch (random.nextInt(5)) {
                case 0 -> request(thread);
                case 1 -> search(thread);
                default -> file(thread);
            }
        }
        special(processes.getLast());
        for (TracedProcess process : processes) {
            long end = clocks[earliest()] + 50_000_000;
            event(new TraceEvent.ProcessExited(process, end, Optional.of(0), Optional.empty(), false));
        }
        listeners.forEach(TraceListener::onEnd);
    }

    /** What happens seldom: a rest, a signal, a loss. */
    private void special(TracedProcess process) {
        long middle = BEGIN + (clocks[earliest()] - BEGIN) / 2;
        int tid = process.pid() + 1;
        event(new TraceEvent.RestBegan(process, middle, tid));
        event(new TraceEvent.RestEnded(process, middle + 40_000_000, tid, middle));
        event(new TraceEvent.Stopped(process, middle, process.pid(), SIGSTOP));
        event(new TraceEvent.EventsLost(process, middle, 12));
    }

    private void file(int thread) {
        int descriptor = 10 + thread;
        String path = "/srv/data/shard-" + random.nextInt(64) + "/object-" + random.nextInt(FILES) + ".json";
        call(
                thread,
                CallFixture.call("openat")
                        .args(-100, 0x7ffc_0000_1000L, 0x80000)
                        .string(1, path)
                        .returns(descriptor),
                9_000);
        call(
                thread,
                CallFixture.call("mmap")
                        .args(0, 1 << 16, 1, 2, descriptor, 0)
                        .returns(0x7f00_0000_0000L + (random.nextLong() & 0xffff_f000L)),
                5_000);
        for (int part = random.nextInt(6); part >= 0; part--) {
            byte[] text = ("{\"id\": " + random.nextInt() + ", \"name\": \"item " + random.nextInt(5000) + "\"}")
                    .getBytes(StandardCharsets.US_ASCII);
            call(
                    thread,
                    CallFixture.call("read")
                            .args(descriptor, 0x7ffc_0000_2000L, 4096)
                            .written(1, text, false)
                            .returns(text.length),
                    3_000);
        }
        call(thread, CallFixture.call("close").args(descriptor), 1_500);
    }

    private void search(int thread) {
        String name = "lib" + random.nextInt(40) + ".so";
        for (String folder : List.of("/opt/app/lib/", "/usr/local/lib/", "/usr/lib/x86_64-linux-gnu/")) {
            call(
                    thread,
                    CallFixture.call("openat")
                            .args(-100, 0x7ffc_0000_1000L, 0)
                            .string(1, folder + name)
                            .fails(ENOENT),
                    4_000);
        }
    }

    private void request(int thread) {
        int socket = 30 + thread;
        call(thread, CallFixture.call("socket").args(2, 1, 0).returns(socket), 8_000);
        call(
                thread,
                CallFixture.call("connect").args(socket, 0x7ffc_0000_3000L, 16).data(peer()),
                60_000);
        String text = "GET /items/" + random.nextInt(5000) + " HTTP/1.1\r\nHost: backend\r\n\r\n";
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        call(
                thread,
                CallFixture.call("sendto")
                        .args(socket, 0x7ffc_0000_4000L, bytes.length, 0, 0, 0)
                        .bytes(1, bytes, false)
                        .returns(bytes.length),
                20_000);
        call(
                thread,
                CallFixture.call("recvfrom")
                        .args(socket, 0x7ffc_0000_4000L, 8192, 0x40, 0, 0)
                        .fails(EAGAIN),
                2_000);
        call(
                thread,
                CallFixture.call("epoll_wait")
                        .args(5, 0x7ffc_0000_5000L, 64, 1000)
                        .returns(1),
                800_000);
        call(thread, CallFixture.call("close").args(socket), 9_000);
    }

    private CapturedData peer() {
        byte[] address = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 2)
                .put(new byte[] {0x1f, (byte) 0x90, 10, 0, 0, (byte) (1 + random.nextInt(12))})
                .array();
        return new CapturedData(1, Part.DATA, 0, false, address, false, 0);
    }

    private int earliest() {
        int earliest = 0;
        for (int thread = 1; thread < clocks.length; thread++) {
            earliest = clocks[thread] < clocks[earliest] ? thread : earliest;
        }
        return earliest;
    }

    private void call(int thread, CallFixture call, long typicalNanos) {
        if (made >= wanted) {
            return;
        }
        made++;
        TracedProcess process = processes.get(thread / THREADS);
        long start = clocks[thread] + random.nextInt(20_000);
        long nanos = (long) (typicalNanos * Math.exp(random.nextGaussian() * 0.7));
        clocks[thread] = start + nanos;
        var built = call.process(process)
                .thread(process.pid() + thread % THREADS)
                .times(start, start + nanos)
                .build();
        listeners.forEach(listener -> listener.onCall(built));
    }

    private void event(TraceEvent event) {
        listeners.forEach(listener -> listener.onEvent(event));
    }

    /** Writes a report of a million calls, or of another number, to a file: for a look at it. */
    public static void main(String[] arguments) throws IOException {
        write(Path.of(arguments[0]), arguments.length > 1 ? Long.parseLong(arguments[1]) : 1_000_000);
    }
}
