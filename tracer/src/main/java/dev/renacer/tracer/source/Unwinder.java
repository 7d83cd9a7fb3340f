// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CodeMapping;
import dev.renacer.capture.UnwinderProcess;
import dev.renacer.tracer.source.UnwinderMessages.Incoming;
import dev.renacer.tracer.source.UnwinderMessages.MalformedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks {@code renacer-symbolize} and gives it the files it needs. A process that ends, does not answer in time or sends
 * garbage is killed; the next question goes to a new one. Not thread-safe.
 */
final class Unwinder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Unwinder.class);

    private final Path program;
    private final Duration patience;
    private final byte[] buffer = new byte[UnwinderMessages.MAX_MESSAGE];
    private final Deque<Integer> images = new ArrayDeque<>();
    private @Nullable UnwinderProcess process;
    private long generation;

    /**
     * @param patience  how long to wait for the answer to one question
     */
    Unwinder(Path program, Duration patience) {
        this.program = program;
        this.patience = patience;
    }

    /** How many processes were started. */
    long started() {
        return generation;
    }

    /** The pid of the running one; 0: none. */
    int pid() {
        return process == null ? 0 : process.pid();
    }

    /**
     * Follows a stack.
     *
     * @param piece  its copy: the bytes of {@link dev.renacer.capture.ring.CapturedEvent#STACK}
     * @return empty if the unwinder failed
     */
    Optional<UnwinderAnswer> follow(ProgramCode code, byte[] piece) {
        return ask(code, UnwinderMessages.unwind(code.id(), piece))
                .flatMap(answer -> answer instanceof Incoming.Answer(UnwinderAnswer found)
                        ? Optional.of(found)
                        : Optional.empty());
    }

    /**
     * Follows a stack to its end.
     *
     * @return empty if the unwinder failed
     */
    Optional<TracedStack> trace(ProgramCode code, byte[] piece) {
        return ask(code, UnwinderMessages.trace(code.id(), piece))
                .flatMap(answer ->
                        answer instanceof Incoming.Traced(TracedStack found) ? Optional.of(found) : Optional.empty());
    }

    private Optional<Incoming> ask(ProgramCode code, byte[] question) {
        long until = System.nanoTime() + patience.toNanos();
        try {
            UnwinderProcess current = running();
            if (tell(current, code) && send(current, question, UnwinderProcess.NO_FILE)) {
                return converse(current, code, until);
            }
            fail("it accepts no more questions");
        } catch (CaptureException e) {
            LOG.warn("source lines: {}", e.getMessage());
        } catch (MalformedException e) {
            fail("it sent " + e.getMessage());
        }
        return Optional.empty();
    }

    private UnwinderProcess running() throws CaptureException {
        UnwinderProcess current = process;
        if (current == null) {
            generation++;
            images.clear();
            current = UnwinderProcess.start(program);
            process = current;
        }
        return current;
    }

    /** Sends the code, or what is new in it. */
    private boolean tell(UnwinderProcess current, ProgramCode code) {
        int known = code.toldTo(generation);
        if (known < 0 || !images.contains(code.id())) {
            if (images.size() == UnwinderMessages.MAX_IMAGES / 2
                    && !send(current, UnwinderMessages.forget(images.removeFirst()), UnwinderProcess.NO_FILE)) {
                return false;
            }
            images.addLast(code.id());
            known = 0;
        } else if (known == code.modules().size()) {
            return true;
        }
        if (code.modules().size() > UnwinderMessages.MAX_MODULES
                || !send(current, UnwinderMessages.image(code.id(), code.modules(), known), UnwinderProcess.NO_FILE)) {
            return false;
        }
        code.told(generation);
        return true;
    }

    private Optional<Incoming> converse(UnwinderProcess current, ProgramCode code, long until)
            throws MalformedException {
        while (true) {
            switch (current.receive(buffer, Duration.ofNanos(until - System.nanoTime()))) {
                case TIMEOUT -> {
                    fail("it did not answer in " + patience.toMillis() + " ms");
                    return Optional.empty();
                }
                case GONE -> {
                    fail("it ended");
                    return Optional.empty();
                }
                case MESSAGE -> {
                    switch (UnwinderMessages.read(buffer, current.receivedLength())) {
                        case Incoming.Answer answer -> {
                            return Optional.of(answer);
                        }
                        case Incoming.Traced traced -> {
                            return Optional.of(traced);
                        }
                        case Incoming.NeedModule need -> {
                            CodeMapping module = module(code, need.image(), need.module());
                            hand(current, open(code, module));
                        }
                        case Incoming.NeedDebug need -> {
                            CodeMapping module = module(code, need.image(), need.module());
                            hand(current, DebugFiles.open(code, module.path(), need.buildId(), need.name()));
                        }
                        case Incoming.NeedPerfMap need -> {
                            requireAsked(code, need.image());
                            hand(current, code.isSubstitute() ? UnwinderProcess.NO_FILE : PerfMap.open(code));
                        }
                    }
                }
            }
        }
    }

    /** What another process has mapped at this place is another file: then only the path counts. */
    private static int open(ProgramCode code, CodeMapping module) {
        CodeMapping sought = code.isSubstitute()
                ? new CodeMapping(0, 0, 0, module.major(), module.minor(), module.inode(), module.path())
                : module;
        return UnwinderProcess.openMapped(code.pid(), sought, code.ownRoot());
    }

    private static CodeMapping module(ProgramCode code, int image, int module) throws MalformedException {
        requireAsked(code, image);
        if (module < 0 || module >= code.modules().size()) {
            throw new MalformedException("a request for the file of a module that does not exist");
        }
        return code.modules().get(module);
    }

    private static void requireAsked(ProgramCode code, int image) throws MalformedException {
        if (image != code.id()) {
            throw new MalformedException("a request for a file of code that is not in question");
        }
    }

    private void hand(UnwinderProcess current, int file) {
        boolean found = file != UnwinderProcess.NO_FILE;
        // If it cannot be sent, the process is gone, as the next receive will show.
        send(current, UnwinderMessages.file(found), file);
        if (found) {
            UnwinderProcess.closeFile(file);
        }
    }

    private boolean send(UnwinderProcess current, byte[] message, int file) {
        return current.send(message, message.length, file, patience);
    }

    private void fail(String how) {
        UnwinderProcess failed = process;
        close();

        LOG.debug("the unwinder failed: {} (wait status {})", how, failed == null ? 0 : failed.status());
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
            process = null;
        }
    }
}
