// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.observability;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The log: one line an entry, {@code time level message key=value…}. What was thrown follows as {@code error=} and {@code at=}. */
public final class LogFormat extends Formatter {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    /** Deep enough for the own frames below the client's and the SDK's. */
    private static final int FRAMES = 25;
    /** A cause may be its own cause. */
    private static final int CAUSES = 10;

    private static final Pattern LINE_END = Pattern.compile("\\R");

    /** The JDK forgets loggers that nobody holds, with their levels. */
    private static final List<Logger> HELD = new CopyOnWriteArrayList<>();

    private final UnaryOperator<String> escape;

    /**
     * Sets the process's log up.
     *
     * @param level   of this project's own lines; libraries log only warnings and errors
     * @param escape  makes text that others wrote fit for a terminal; called by any thread
     * @param quiet   names of loggers that log only errors
     */
    public static void install(Level level, UnaryOperator<String> escape, String... quiet) {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            handler.setFormatter(new LogFormat(escape));
            handler.setLevel(Level.ALL);
        }
        root.setLevel(level.intValue() > Level.WARNING.intValue() ? level : Level.WARNING);
        hold("dev.renacer", level);
        for (String name : quiet) {
            hold(name, Level.SEVERE);
        }
    }

    private static void hold(String name, Level level) {
        Logger logger = Logger.getLogger(name);
        logger.setLevel(level);
        HELD.add(logger);
    }

    /**
     * A formatter for one handler; {@link #install} makes those of the process.
     *
     * @param escape  likewise
     */
    public LogFormat(UnaryOperator<String> escape) {
        this.escape = escape;
    }

    @Override
    public String format(LogRecord entry) {
        StringBuilder line = new StringBuilder()
                .append(TIME.format(entry.getInstant()))
                .append(' ')
                .append(level(entry.getLevel()))
                .append(' ')
                .append(oneLine(formatMessage(entry)));
        Throwable thrown = entry.getThrown();
        if (thrown != null) {
            List<Throwable> chain = Stream.iterate(thrown, cause -> cause != null, Throwable::getCause)
                    .limit(CAUSES)
                    .toList();
            String causes = chain.stream()
                    .map(cause -> cause.getClass().getSimpleName()
                            + (cause.getMessage() == null ? "" : ": " + cause.getMessage()))
                    .distinct()
                    .collect(Collectors.joining("; caused by "));
            line.append(" error=\"")
                    .append(oneLine(causes).replace('"', '\''))
                    .append("\" at=\"")
                    .append(frames(thrown, chain.getLast()))
                    .append('"');
        }
        return line.append(System.lineSeparator()).toString();
    }

    private static String level(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return "WARN";
        }
        return level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
    }

    /** Where it was thrown and where its first cause was, which may be another thread's work; without the frames that both share. */
    private static String frames(Throwable thrown, Throwable root) {
        List<StackTraceElement> outer = List.of(thrown.getStackTrace());
        String below = joined(Arrays.stream(root.getStackTrace()).takeWhile(frame -> !outer.contains(frame)));
        return joined(outer.stream()) + (below.isEmpty() ? "" : "; caused at " + below);
    }

    private static String joined(Stream<StackTraceElement> frames) {
        return frames.limit(FRAMES).map(StackTraceElement::toString).collect(Collectors.joining(" < "));
    }

    /** Names and messages come from the cluster: none may forge an entry or control the terminal that shows it. */
    private String oneLine(String text) {
        return escape.apply(LINE_END.matcher(text.strip()).replaceAll(" | "));
    }
}
