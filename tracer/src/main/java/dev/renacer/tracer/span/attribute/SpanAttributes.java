// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span.attribute;

import io.opentelemetry.api.common.AttributeKey;
import java.util.List;

/**
 * The names of the attributes. The {@code syscall.*} and {@code process.*} keys without a standard name are the seed's;
 * the others are OpenTelemetry semantic conventions 1.45 ({@code process.*}, {@code error.type}). {@code thread.id} is
 * not used: the conventions define it as the managed thread's id, "as opposed to OS thread ID".
 */
public final class SpanAttributes {
    public static final AttributeKey<String> SYSCALL_NAME = AttributeKey.stringKey("syscall.name");
    public static final AttributeKey<Long> SYSCALL_NUMBER = AttributeKey.longKey("syscall.number");
    public static final AttributeKey<Long> SYSCALL_TID = AttributeKey.longKey("syscall.tid");
    /** How the parent is known ({@code ParentSource}). */
    public static final AttributeKey<String> SYSCALL_PARENT_SOURCE = AttributeKey.stringKey("syscall.parent.source");

    public static final AttributeKey<Long> SYSCALL_RESULT = AttributeKey.longKey("syscall.result");
    public static final AttributeKey<Long> SYSCALL_DURATION_US = AttributeKey.longKey("syscall.duration_us");
    public static final AttributeKey<Long> SYSCALL_ERRNO = AttributeKey.longKey("syscall.errno");
    public static final AttributeKey<Boolean> SYSCALL_UNFINISHED = AttributeKey.booleanKey("syscall.unfinished");
    public static final AttributeKey<Boolean> SYSCALL_IN_PROGRESS =
            AttributeKey.booleanKey("syscall.in_progress_at_attach");
    /** For a connect that did not wait: how the connection ended ({@code ConnectionEnding}). */
    public static final AttributeKey<String> CONNECT_OUTCOME = AttributeKey.stringKey("syscall.connect.outcome");
    /** The call that showed it. */
    public static final AttributeKey<String> CONNECT_TOLD_BY = AttributeKey.stringKey("syscall.connect.told_by");

    public static final AttributeKey<String> SYSCALL_ARGS = AttributeKey.stringKey("syscall.args");
    /** The descriptor a call is about: the first it is given, otherwise the one it returns. */
    public static final AttributeKey<Long> SYSCALL_FD = AttributeKey.longKey("syscall.fd");
    /** Of a descriptor that is a file. */
    public static final AttributeKey<String> SYSCALL_FD_PATH = AttributeKey.stringKey("syscall.fd.path");
    /** Of a descriptor that is none, such as {@code socket} or {@code eventpoll}. */
    public static final AttributeKey<String> SYSCALL_FD_TYPE = AttributeKey.stringKey("syscall.fd.type");
    /** The process or thread that a call has made, waited for or sent a signal to. */
    public static final AttributeKey<Long> SYSCALL_PID = AttributeKey.longKey("syscall.pid");

    /** The calling thread, as its program has named it. */
    public static final AttributeKey<String> THREAD_NAME = AttributeKey.stringKey("thread.name");
    /** The thread that has ended a wait in futex(2). */
    public static final AttributeKey<Long> WAKER_TID = AttributeKey.longKey("syscall.waker.tid");

    public static final AttributeKey<String> WAKER_NAME = AttributeKey.stringKey("syscall.waker.thread.name");
    /** The thread that held the lock that a futex(2) waited for when it began, as the program numbers its threads. */
    public static final AttributeKey<Long> LOCK_OWNER_TID = AttributeKey.longKey("syscall.lock.owner.tid");

    /** The process that held the lock of a file that a call has waited for, as the node numbers it. */
    public static final AttributeKey<Long> LOCK_HOLDER_PID = AttributeKey.longKey("syscall.lock.holder.pid");

    public static final AttributeKey<String> LOCK_HOLDER_NAME = AttributeKey.stringKey("syscall.lock.holder.name");

    public static final AttributeKey<String> FILE_PATH = AttributeKey.stringKey("file.path");
    public static final AttributeKey<String> NETWORK_TRANSPORT = AttributeKey.stringKey("network.transport");
    public static final AttributeKey<String> NETWORK_TYPE = AttributeKey.stringKey("network.type");
    public static final AttributeKey<String> NETWORK_PEER_ADDRESS = AttributeKey.stringKey("network.peer.address");
    public static final AttributeKey<Long> NETWORK_PEER_PORT = AttributeKey.longKey("network.peer.port");
    public static final AttributeKey<String> NETWORK_LOCAL_ADDRESS = AttributeKey.stringKey("network.local.address");
    public static final AttributeKey<Long> NETWORK_LOCAL_PORT = AttributeKey.longKey("network.local.port");
    public static final AttributeKey<String> CODE_FILE_PATH = AttributeKey.stringKey("code.file.path");
    public static final AttributeKey<Long> CODE_LINE_NUMBER = AttributeKey.longKey("code.line.number");
    public static final AttributeKey<String> CODE_FUNCTION_NAME = AttributeKey.stringKey("code.function.name");
    // The names of these in the conventions before version 1.33.
    public static final AttributeKey<String> CODE_FILEPATH = AttributeKey.stringKey("code.filepath");
    public static final AttributeKey<Long> CODE_LINENO = AttributeKey.longKey("code.lineno");
    public static final AttributeKey<String> CODE_FUNCTION = AttributeKey.stringKey("code.function");
    public static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    public static final AttributeKey<String> PROCESS_COMMAND = AttributeKey.stringKey("process.command");
    public static final AttributeKey<List<String>> PROCESS_COMMAND_ARGS =
            AttributeKey.stringArrayKey("process.command_args");
    public static final AttributeKey<Long> PROCESS_PID = AttributeKey.longKey("process.pid");
    /** In ISO 8601. With the pid it is what identifies a process (entity {@code process}). */
    public static final AttributeKey<String> PROCESS_CREATION_TIME = AttributeKey.stringKey("process.creation.time");

    public static final AttributeKey<Long> PROCESS_VPID = AttributeKey.longKey("process.vpid");
    public static final AttributeKey<Long> PROCESS_PARENT_PID = AttributeKey.longKey("process.parent_pid");
    public static final AttributeKey<String> PROCESS_EXECUTABLE_NAME =
            AttributeKey.stringKey("process.executable.name");
    public static final AttributeKey<String> PROCESS_EXECUTABLE_PATH =
            AttributeKey.stringKey("process.executable.path");
    public static final AttributeKey<Long> PROCESS_EXIT_CODE = AttributeKey.longKey("process.exit.code");
    /** The seed's name for {@link #PROCESS_EXIT_CODE}; both are written. */
    public static final AttributeKey<Long> PROCESS_EXIT_CODE_SEED = AttributeKey.longKey("process.exit_code");

    /** Which slice of its process a root stands for, counted from 1. */
    public static final AttributeKey<Long> SLICE_INDEX = AttributeKey.longKey("renacer.slice.index");
    /** Calls counted as lost by the tracer while this slice was open. */
    public static final AttributeKey<Long> EVENTS_LOST = AttributeKey.longKey("renacer.events.lost");
    /** For how long the calls of a thread were not seen, in microseconds. */
    public static final AttributeKey<Long> UNWATCHED_DURATION_US =
            AttributeKey.longKey("renacer.unwatched.duration_us");
    /** Why tracing ended while the process lived on. */
    public static final AttributeKey<String> DETACH_REASON = AttributeKey.stringKey("renacer.detach.reason");
    /** What a link leads to: {@code previous_slice}, {@code trace_parent}, {@code parent_process} or {@code process}. */
    public static final AttributeKey<String> LINK_TYPE = AttributeKey.stringKey("renacer.link.type");

    public static final AttributeKey<String> SIGNAL_NAME = AttributeKey.stringKey("signal.name");
    public static final AttributeKey<Long> SIGNAL_NUMBER = AttributeKey.longKey("signal.number");
    /** Why it was sent, such as SEGV_MAPERR or SI_USER (si_code). */
    public static final AttributeKey<String> SIGNAL_CODE = AttributeKey.stringKey("signal.code");
    /** Who sent it, in the program's PID namespace; for SIGCHLD the child. Absent if no process sent it. */
    public static final AttributeKey<Long> SIGNAL_SENDER_PID = AttributeKey.longKey("signal.sender.pid");

    public static final AttributeKey<Long> SIGNAL_SENDER_UID = AttributeKey.longKey("signal.sender.uid");
    /** The value given to sigqueue(3), mq_notify(3) or timer_create(2). */
    public static final AttributeKey<Long> SIGNAL_VALUE = AttributeKey.longKey("signal.value");

    public static final AttributeKey<Long> SIGNAL_TIMER_ID = AttributeKey.longKey("signal.timer.id");
    /** The exit code of the child a SIGCHLD is about. */
    public static final AttributeKey<Long> SIGNAL_CHILD_EXIT_CODE = AttributeKey.longKey("signal.child.exit_code");
    /** The signal that killed, stopped or continued the child a SIGCHLD is about. */
    public static final AttributeKey<String> SIGNAL_CHILD_SIGNAL = AttributeKey.stringKey("signal.child.signal");
    /** The address that a faulting instruction used, hexadecimal. */
    public static final AttributeKey<String> SIGNAL_FAULT_ADDRESS = AttributeKey.stringKey("signal.fault.address");
    /** The descriptor that became ready. */
    public static final AttributeKey<Long> SIGNAL_DESCRIPTOR = AttributeKey.longKey("signal.fd");
    /** The call that a seccomp filter trapped. */
    public static final AttributeKey<String> SIGNAL_SYSCALL = AttributeKey.stringKey("signal.syscall");

    public static final AttributeKey<String> PREVIOUS_EXECUTABLE_NAME =
            AttributeKey.stringKey("process.executable.previous_name");

    // Of a span that stands for several: those of the collector's span pruning processor.
    public static final AttributeKey<Boolean> AGGREGATION_IS_SUMMARY =
            AttributeKey.booleanKey("aggregation.is_summary");
    public static final AttributeKey<Long> AGGREGATION_SPAN_COUNT = AttributeKey.longKey("aggregation.span_count");
    public static final AttributeKey<Long> AGGREGATION_DURATION_MIN =
            AttributeKey.longKey("aggregation.duration_min_ns");
    public static final AttributeKey<Long> AGGREGATION_DURATION_MAX =
            AttributeKey.longKey("aggregation.duration_max_ns");
    public static final AttributeKey<Long> AGGREGATION_DURATION_AVG =
            AttributeKey.longKey("aggregation.duration_avg_ns");
    public static final AttributeKey<Long> AGGREGATION_DURATION_TOTAL =
            AttributeKey.longKey("aggregation.duration_total_ns");
    public static final AttributeKey<List<Double>> AGGREGATION_BUCKET_BOUNDS =
            AttributeKey.doubleArrayKey("aggregation.histogram_bucket_bounds_s");
    public static final AttributeKey<List<Long>> AGGREGATION_BUCKET_COUNTS =
            AttributeKey.longArrayKey("aggregation.histogram_bucket_counts");
    /** Bytes that the calls of a summary have transferred. */
    public static final AttributeKey<Long> FOLDED_BYTES = AttributeKey.longKey("renacer.folded.bytes");
    /** Files that most calls of a summary were about. */
    public static final AttributeKey<List<String>> FOLDED_PATHS = AttributeKey.stringArrayKey("renacer.folded.paths");
    /** How many calls were about each of them. */
    public static final AttributeKey<List<Long>> FOLDED_PATH_CALLS =
            AttributeKey.longArrayKey("renacer.folded.path_calls");
    /** How many were about other files. */
    public static final AttributeKey<Long> FOLDED_OTHER_PATH_CALLS =
            AttributeKey.longKey("renacer.folded.other_path_calls");

    // What became of the calls of a slice.
    public static final AttributeKey<Long> CALLS_MADE = AttributeKey.longKey("renacer.calls.made");
    public static final AttributeKey<Long> CALLS_EXPORTED = AttributeKey.longKey("renacer.calls.exported");
    public static final AttributeKey<Long> CALLS_FOLDED = AttributeKey.longKey("renacer.calls.folded");
    public static final AttributeKey<Long> CALLS_SAMPLED = AttributeKey.longKey("renacer.calls.sampled");
    public static final AttributeKey<Long> CALLS_LOST = AttributeKey.longKey("renacer.calls.lost");

    private SpanAttributes() {}
}
