// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceEvent.Origin;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.descriptor.address.SocketAddress;
import dev.renacer.tracer.descriptor.address.SocketProtocol;
import dev.renacer.tracer.descriptor.path.RealPaths;
import dev.renacer.tracer.redact.Redactor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is told the same at the same places knows the same, whether names were asked for by many or by few. */
class ReplayedLookupsTest {
    private static final long EPOCH = DescriptorsFixture.EPOCH;
    private static final String[] CALLS = {
        "openat", "close", "read", "dup2", "socket", "connect", "pipe2", "chdir", "fork", "exec", "rest", "lost",
        "mkdirat"
    };

    private final Random random;
    private final MadeUpSource proc = new MadeUpSource();
    private final Queue<Runnable> work = new ArrayDeque<>();
    /** What is delivered on replay, one after another. */
    private final List<Consumer<Descriptors>> told = new ArrayList<>();

    private final List<String> names = new ArrayList<>();
    private final List<String> replayed = new ArrayList<>();
    private Descriptors live = Descriptors.incomplete();
    private SyscallCall last = CallFixture.call("getpid").build();
    private long nanos = EPOCH;
    private long now;
    private boolean early;

    ReplayedLookupsTest() {
        random = new Random(0);
        proc.folder = Optional.of(new Descriptor.File("/home", false));
    }

    private final LookupJournal journal = new LookupJournal() {
        @Override
        public void inherited(Inheritance inheritance) {
            told.add(descriptors -> descriptors.replay().inherited(inheritance));
        }

        @Override
        public void asked(Asked question) {
            Asked placed = question.told(early);
            told.add(descriptors -> descriptors.replay().asked(placed));
        }

        @Override
        public void answered(Answered answer) {
            Answered kept = new Answered(answer.id(), answer.readNanos(), Map.copyOf(answer.found()));
            told.add(descriptors -> descriptors.replay().answered(kept));
        }

        @Override
        public void followed(Optional<RealPaths.Real> led) {
            told.add(descriptors -> descriptors.replay().followed(led));
        }
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void aReplayKnowsWhatTheTraceKnew(long seed) {
        trace(seed, 800);

        Descriptors again = Descriptors.replayed(Redactor.NONE);
        told.forEach(one -> one.accept(again));

        assertThat(replayed).isEqualTo(names);
        assertThat(names).anyMatch(name -> name.contains("<"));
    }

    /** What is missing costs names; none is taken for that of something else. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void aReplayThatLacksAPartKnowsLessButNothingWrong(long seed) {
        trace(seed, 300);
        live.names(last); // as at the end of each block of a recording
        int from = told.size();
        long lostFrom = nanos;
        int namesBefore = names.size();
        steps(100);
        live.names(last);
        int to = told.size();
        List<String> missing = List.copyOf(names.subList(namesBefore, names.size()));
        steps(400);

        Descriptors again = Descriptors.replayed(Redactor.NONE);
        told.subList(0, from).forEach(one -> one.accept(again));
        again.onEvent(new TraceEvent.EventsLost(DescriptorsFixture.SHELL, lostFrom, missing.size()));
        again.replay().interrupted();
        told.subList(to, told.size()).forEach(one -> one.accept(again));

        names.subList(namesBefore, namesBefore + missing.size()).clear();
        assertThat(replayed).hasSameSizeAs(names);
        assertThat(replayed.subList(0, namesBefore)).isEqualTo(names.subList(0, namesBefore));
        for (int line = namesBefore; line < names.size(); line++) {
            String[] known = withoutDevices(names.get(line)).split(" ", -1);
            String[] told = withoutDevices(replayed.get(line)).split(" ", -1);
            assertThat(told).hasSameSizeAs(known);
            for (int word = 0; word < known.length; word++) {
                assertThat(told[word]).isIn(known[word], known[word].replaceFirst("<.*", ""), "-", "Optional.empty");
            }
        }
        assertThat(replayed.subList(namesBefore, names.size())).anyMatch(name -> name.contains("<"));
    }

    /** Traces for so many steps. */
    private void trace(long seed, int steps) {
        random.setSeed(seed);
        Inheritance inheritance = Inheritance.of(
                Map.of(0, new Descriptor.Pipe(0), 1, new Descriptor.File("/dev/tty", false)), proc.folder);
        live = new Descriptors(proc, work::add, () -> now - EPOCH, inheritance, true);
        live.beExact();
        live.keep(journal);
        live.onBegin(EPOCH);
        told.add(descriptors -> descriptors.onBegin(EPOCH));
        start(live, random.nextBoolean() ? Origin.LAUNCHED : Origin.ATTACHED);
        steps(steps);
    }

    private void steps(int count) {
        for (int step = 0; step < count; step++) {
            step(live);
        }
    }

    private void start(Descriptors live, Origin origin) {
        event(live, new TraceEvent.ProcessStarted(DescriptorsFixture.SHELL, nanos, origin));
    }

    private void step(Descriptors live) {
        nanos += random.nextInt(3_000_000);
        now = nanos + random.nextInt(2_000_000);
        if (random.nextInt(3) == 0) {
            look();
        }
        int tid = 7 + random.nextInt(2);
        TracedProcess process = random.nextInt(4) == 0 ? DescriptorsFixture.CHILD : DescriptorsFixture.SHELL;
        int number = random.nextInt(8);
        String name = CALLS[random.nextInt(CALLS.length)];
        switch (name) {
            case "openat" ->
                call(live, process, tid, DescriptorsFixture.open(random.nextBoolean() ? "/dev/null" : "file", number));
            case "dup2" ->
                call(
                        live,
                        process,
                        tid,
                        CallFixture.call(name).args(number, random.nextInt(8)).returns(0));
            case "socket" ->
                call(live, process, tid, CallFixture.call(name).args(2, 1, 0).returns(number));
            case "connect" ->
                call(
                        live,
                        process,
                        tid,
                        CallFixture.call(name)
                                .args(number, 0x1000, 16)
                                .bytes(1, DescriptorsFixture.inet(80, 10, 0, 0, 9), false));
            case "pipe2" ->
                call(
                        live,
                        process,
                        tid,
                        CallFixture.call(name)
                                .args(0x1000, 0)
                                .written(0, DescriptorsFixture.ints(number, number + 1), false));
            case "chdir" ->
                call(live, process, tid, CallFixture.call(name).args(0x1000).string(0, "sub"));
            case "mkdirat" ->
                call(
                        live,
                        process,
                        tid,
                        CallFixture.call(name).args(-100, 0x1000).string(1, "made"));
            case "fork" ->
                event(live, new TraceEvent.ProcessStarted(DescriptorsFixture.CHILD, nanos, Origin.FORKED, 7, tid));
            case "exec" -> event(live, new TraceEvent.ProgramExecuted(process, nanos));
            case "rest" -> rest(live, process, tid);
            case "lost" -> {
                if (random.nextInt(10) == 0) {
                    event(live, new TraceEvent.EventsLost(process, nanos, 3));
                }
            }
            default ->
                call(live, process, tid, CallFixture.call(name).args(number).returns(0));
        }
    }

    private void rest(Descriptors live, TracedProcess process, int tid) {
        if (random.nextInt(10) == 0) {
            event(live, new TraceEvent.RestBegan(process, nanos, tid));
        } else {
            event(live, new TraceEvent.RestEnded(process, nanos, tid, nanos - 5));
        }
    }

    /** Reads /proc, which shows anything. */
    private void look() {
        for (int number = 0; number < 8; number++) {
            switch (random.nextInt(4)) {
                case 0 -> proc.now.remove(number);
                case 1 -> proc.now.put(number, new Descriptor.Pipe(100 + number));
                case 2 ->
                    proc.now.put(
                            number,
                            new Descriptor.Socket(
                                    SocketProtocol.tcp(2),
                                    200 + number,
                                    Optional.of(new SocketAddress.Inet("10.0.0.1", number)),
                                    Optional.of(new SocketAddress.Inet("10.0.0.9", 80))));
                default -> proc.now.put(number, new Descriptor.File("/found/" + number, false));
            }
        }
        List.copyOf(work).forEach(Runnable::run);
        work.clear();
    }

    private void event(Descriptors live, TraceEvent event) {
        live.onEvent(event);
        told.add(descriptors -> descriptors.onEvent(event));
    }

    /** Asks for the names of some calls when they are delivered, of others later, and of others not. */
    private void call(Descriptors live, TracedProcess process, int tid, CallFixture fixture) {
        long from = nanos - random.nextInt(4_000_000);
        SyscallCall call =
                fixture.process(process).thread(tid).times(from, nanos).build();
        last = call;
        boolean isAsked = random.nextInt(8) > 0;
        live.onCall(call);
        if (isAsked) {
            early = true;
            live.names(call);
            early = false;
        }
        told.add(descriptors -> descriptors.onCall(call));
        if (isAsked && random.nextBoolean()) {
            int number = random.nextInt(8);
            names.add(text(live, call) + " " + data(live.inData(number)));
            told.add(descriptors -> replayed.add(text(descriptors, call) + " " + data(descriptors.inData(number))));
        }
    }

    /** Of a path that is not followed, the device is not known. */
    private static String withoutDevices(String line) {
        return line.replaceAll("<char [0-9:]+>", "").replaceAll("device=[^,\\]]*", "device=");
    }

    private static String data(Optional<Descriptor> descriptor) {
        return descriptor.toString().replace(" ", "");
    }

    private static String text(Descriptors descriptors, SyscallCall call) {
        NameWriter writer = NameWriter.of(descriptors, NameWriter.Style.ALL);
        StringBuilder line = new StringBuilder(call.syscall().name());
        for (int argument = 0; argument < 2; argument++) {
            writer.argument(line.append(' '), call, argument);
        }
        writer.result(line.append(" = "), call);
        return line.append(' ')
                .append(descriptors.names(call).path().orElse("-"))
                .toString();
    }
}
