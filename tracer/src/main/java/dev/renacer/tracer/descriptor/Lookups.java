// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.descriptor.address.SocketProtocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks /proc what the calls did not say, on a thread of its own, and gives the answers back to the consumer thread. By
 * the time /proc is read the process has gone on, so an answer counts only once all calls that had returned by then are
 * reported, and only if none of them changed what was asked for: then it was the same all the time since its last
 * change. An answer that comes too late for a call is there for the next one.
 */
final class Lookups {
    /** How much later than its return a call may be reported: the core reports it after it has resumed the thread. */
    private static final long SETTLE_NANOS = 1_000_000;
    /** More questions than are ever put. */
    private static final long NOBODYS = Long.MAX_VALUE / 2;
    /** Questions that wait; further ones are put again by the next call that has them. */
    private static final int MOST = 4_096;

    /** What is asked. */
    private enum Kind {
        NUMBER,
        ALL,
        FOLDER
    }

    /**
     * A question.
     *
     * @param id     numbers the questions in the order in which they are put
     * @param slot   of the number when it was asked; null if everything is asked
     * @param generation  of the table, likewise
     * @param known  what the calls say of it, if only the rest is asked
     */
    private record Question(
            long id,
            Kind kind,
            int pid,
            int number,
            DescriptorTable table,
            @Nullable Slot slot,
            int generation,
            @Nullable Descriptor known) {}

    /** What was read for it. */
    private record Reading(Question question, Map<Integer, Descriptor> found) {}

    /** Its answer, and when it had been read. */
    private record Answer(Question question, Map<Integer, Descriptor> found, long readNanos) {}

    /** A journal, and on whose behalf it is kept. */
    private record JournalKeeper(Descriptors asker, LookupJournal journal) {}

    private final DescriptorSource source;
    private final Executor executor;
    private final LongSupplier epochNanos;
    private final Queue<Question> questions = new ConcurrentLinkedQueue<>();
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean working = new AtomicBoolean();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private final boolean numbers;
    /** Questions without an answer, by id, if somebody else answers them. */
    private final Optional<Map<Long, Question>> open;

    /** Told of questions and answers, by those on whose behalf these are. */
    private @Nullable JournalKeeper keeper;

    private long nextId;
    private int waiting;

    /**
     * @param numbers  whether inode numbers are asked for, too
     */
    Lookups(DescriptorSource source, Executor executor, LongSupplier epochNanos, boolean numbers) {
        this(source, executor, epochNanos, numbers, Optional.empty());
    }

    private Lookups(
            DescriptorSource source,
            Executor executor,
            LongSupplier epochNanos,
            boolean numbers,
            Optional<Map<Long, Question>> open) {
        this.open = open;
        this.numbers = numbers;
        this.source = source;
        this.executor = executor;
        this.epochNanos = epochNanos;
    }

    /** Looks nothing up: {@link #answer} tells what was found. */
    static Lookups answeredByHand() {
        return new Lookups(DescriptorSource.NOTHING, _ -> {}, () -> 0, true, Optional.of(new HashMap<>()));
    }

    /** To be called before anything is asked. */
    void tell(Descriptors asker, LookupJournal journal) {
        keeper = new JournalKeeper(asker, journal);
    }

    /** The next question has this id, and those behind it follow. */
    void continueAt(long id) {
        nextId = id;
    }

    /** What was found for a question that was put; of another nothing is taken over. */
    void answer(long id, Map<Integer, Descriptor> found, long readNanos) {
        Question question = open.orElseThrow().remove(id);
        if (question == null) {
            return;
        }
        if (found.isEmpty()) {
            failed.incrementAndGet();
        }
        answers.add(new Answer(question, found, readNanos));
    }

    /**
     * Those who are to answer by hand will not, and may answer what is not asked here: a question has an id that no answer
     * names, until {@link #continueAt} says which ids follow.
     */
    void giveUp() {
        Map<Long, Question> questions = open.orElseThrow();
        waiting -= questions.size();
        questions.clear();
        nextId = NOBODYS;
    }

    /** How many questions /proc did not answer: the process or what it had was gone, or may not be looked at. For any thread. */
    long failed() {
        return failed.get();
    }

    /** How many of those were about what no call has told: of these not even what it is is known. For any thread. */
    long unknown() {
        return unknown.get();
    }

    /** Asks for everything that a process has. */
    void askAll(int pid, DescriptorTable table) {
        table.reading(true);
        put(new Question(nextId++, Kind.ALL, pid, 0, table, null, table.generation(), null));
    }

    /** Asks what a number is, unless that was done since it changed. */
    void ask(int pid, DescriptorTable table, int number) {
        if (waiting < MOST && table.ask(number)) {
            tellAsked(LookupJournal.Kind.NUMBER, table, number, null);
            put(new Question(nextId++, Kind.NUMBER, pid, number, table, table.slot(number), table.generation(), null));
        }
    }

    /** Whether /proc has more to say of what the calls have told. */
    boolean isPartial(Descriptor told) {
        return switch (told) {
            case Descriptor.Pipe pipe -> numbers && pipe.inode() == 0;
            case Descriptor.Socket socket ->
                (socket.peer().isPresent() && socket.local().isEmpty()) || (numbers && socket.inode() == 0);
            default -> false;
        };
    }

    /** Asks for what is not known of a descriptor that the calls have told. */
    void askRest(int pid, DescriptorTable table, int number, OpenFile file) {
        if (waiting < MOST && file.ask()) {
            tellAsked(LookupJournal.Kind.REST, table, number, file);
            Slot slot = table.slot(number);
            put(new Question(nextId++, Kind.NUMBER, pid, number, table, slot, table.generation(), file.what()));
        }
    }

    /** Asks for the working directory, which a table of its own has as its only number. */
    void askFolder(int pid, DescriptorTable folders) {
        if (waiting < MOST && folders.ask(0)) {
            tellAsked(LookupJournal.Kind.FOLDER, folders, 0, null);
            put(new Question(nextId++, Kind.FOLDER, pid, 0, folders, folders.slot(0), folders.generation(), null));
        }
    }

    /** Takes over the answers that count now that everything until this time is reported. */
    void settle(long reportedNanos) {
        if (waiting == 0) {
            return;
        }
        Answer answer = answers.peek();
        while (answer != null && answer.readNanos() + SETTLE_NANOS <= reportedNanos) {
            answers.remove();
            waiting--;
            tellSettled(answer);
            settle(answer);
            answer = answers.peek();
        }
    }

    private static void settle(Answer answer) {
        Question question = answer.question();
        DescriptorTable table = question.table();
        if (question.kind() == Kind.ALL) {
            table.reading(false);
        }
        if (question.generation() != table.generation()) {
            return;
        }
        Slot slot = question.slot();
        if (slot == null) {
            answer.found().forEach((number, what) -> table.foundFirst(number, new OpenFile(what), answer.readNanos()));
            return;
        }
        Descriptor found = answer.found().get(question.number());
        if (found == null || !table.isStill(question.number(), slot)) {
            return;
        }
        OpenFile file = slot.file();
        if (file == null) {
            table.found(question.number(), slot, new OpenFile(found), answer.readNanos());
        } else if (file.what().equals(question.known())) {
            file.complete(completed(file.what(), found));
        }
    }

    /** What the calls have told, with what only /proc says. */
    private static Descriptor completed(Descriptor told, Descriptor found) {
        if (told instanceof Descriptor.Pipe && found instanceof Descriptor.Pipe) {
            return found;
        }
        if (!(told instanceof Descriptor.Socket socket) || !(found instanceof Descriptor.Socket other)) {
            return told;
        }
        boolean same = socket.peer().isEmpty() || socket.peer().equals(other.peer());
        return new Descriptor.Socket(
                socket.protocol(),
                other.inode(),
                socket.local().isPresent() || !same ? socket.local() : other.local(),
                socket.peer(),
                socket.peerInode());
    }

    /**
     * What no call has raised follows from events, and is asked again at these.
     *
     * @param file  what has the number, if only the rest is asked; null: that is asked
     */
    @SuppressWarnings("ReferenceEquality") // this very open file, not one like it
    private void tellAsked(LookupJournal.Kind kind, DescriptorTable table, int number, @Nullable OpenFile file) {
        SyscallCall call = keeper == null ? null : keeper.asker.current();
        if (keeper != null && call != null) {
            boolean atEnd = file != null && table.find(number, call.endNanos()) == file;
            boolean applied = keeper.asker.isApplied();
            keeper.journal.asked(new LookupJournal.Asked(nextId, kind, number, applied, atEnd, false));
        }
    }

    private void tellSettled(Answer answer) {
        if (keeper != null) {
            long id = answer.question().id();
            keeper.journal.answered(new LookupJournal.Answered(id, answer.readNanos(), answer.found()));
        }
    }

    private void put(Question question) {
        waiting++;
        if (open.isPresent()) {
            open.get().put(question.id(), question);
            return;
        }
        questions.add(question);
        if (working.compareAndSet(false, true)) {
            executor.execute(this::work);
        }
    }

    private void work() {
        do {
            List<Reading> batch = new ArrayList<>();
            for (Question next = questions.poll(); next != null; next = questions.poll()) {
                Map<Integer, Descriptor> found = read(next);
                if (found.isEmpty()) {
                    failed.incrementAndGet();
                    unknown.addAndGet(next.known() == null ? 1 : 0);
                }
                batch.add(new Reading(next, found));
            }
            identify(batch);
            long now = epochNanos.getAsLong();
            batch.forEach(reading -> answers.add(new Answer(reading.question(), reading.found(), now)));
            working.set(false);
        } while (!questions.isEmpty() && working.compareAndSet(false, true));
    }

    /** The tables of sockets are long: they are read once for all that are asked of a process at a time. */
    private void identify(List<Reading> batch) {
        Map<Integer, Set<Long>> inodes = new HashMap<>();
        for (Reading reading : batch) {
            for (Descriptor what : reading.found().values()) {
                inode(what)
                        .filter(_ -> !hasNoAddress(reading.question().known()))
                        .ifPresent(inode -> inodes.computeIfAbsent(
                                        reading.question().pid(), _ -> new HashSet<>())
                                .add(inode));
            }
        }
        inodes.forEach((pid, wanted) -> {
            Map<Long, Descriptor.Socket> sockets = source.sockets(pid, wanted);
            batch.stream()
                    .filter(reading -> reading.question().pid() == pid)
                    .forEach(reading -> reading.found()
                            .replaceAll((_, what) ->
                                    inode(what).<Descriptor>map(sockets::get).orElse(what)));
        });
    }

    /** Of such a socket the tables have no more to say than its number, which the link has already. */
    private static boolean hasNoAddress(@Nullable Descriptor known) {
        return known instanceof Descriptor.Socket socket && socket.peer().isEmpty();
    }

    private Map<Integer, Descriptor> read(Question question) {
        int pid = question.pid();
        return switch (question.kind()) {
            case ALL -> new HashMap<>(source.descriptors(pid));
            case NUMBER -> one(question.number(), source.descriptor(pid, question.number()));
            case FOLDER -> one(0, source.folder(pid));
        };
    }

    private static Map<Integer, Descriptor> one(int number, Optional<Descriptor> what) {
        Map<Integer, Descriptor> found = new HashMap<>();
        what.ifPresent(descriptor -> found.put(number, descriptor));
        return found;
    }

    private static Optional<Long> inode(Descriptor what) {
        return what instanceof Descriptor.Socket socket && socket.protocol().equals(SocketProtocol.UNKNOWN)
                ? Optional.of(socket.inode())
                : Optional.empty();
    }
}
