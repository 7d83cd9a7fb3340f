// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.CaptureSession;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.source.CallSites;
import java.util.List;

/**
 * A trace that can begin at once: its session, whose opening takes some ms, is open already, and nobody reads it yet.
 * It is for attaching to a process that is just being created. Not thread-safe.
 */
public final class ReadyTracing implements AutoCloseable {
    private final CaptureSession session;
    private boolean begun;

    private ReadyTracing(CaptureSession session) {
        this.session = session;
    }

    /**
     * Opens the session. Its deadline counts from now.
     *
     * @throws CaptureException if it cannot be opened here
     */
    public static ReadyTracing open(CaptureOptions options) throws CaptureException {
        return new ReadyTracing(CaptureSession.open(options));
    }

    /** See {@link CaptureSession#heartbeat}: to be called until the trace begins, which then does it by itself. */
    public void heartbeat() {
        session.heartbeat();
    }

    /**
     * Begins to read; see {@link Tracing#open(String, CaptureOptions, List, CallSites, Redactor)}. To be called once.
     *
     * @throws CaptureException if no thread can be started to read it; the session is closed then
     */
    public Tracing begin(String name, List<TraceListener> listeners, CallSites sites, Redactor redactor)
            throws CaptureException {
        begun = true;
        return Tracing.over(name, session, listeners, sites, redactor);
    }

    /** Closes the session, unless the trace has begun: then the trace owns it. */
    @Override
    public void close() {
        if (!begun) {
            session.close();
        }
    }
}
