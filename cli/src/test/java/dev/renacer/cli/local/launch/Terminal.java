// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A person at an interactive bash with job control, on a real pseudo-terminal ({@code script(1)} makes it). */
final class Terminal implements AutoCloseable {
    private static final String CTRL_Z = "\u001a";
    private static final String PROMPT = "@@ ";
    private static final long LIMIT_SECONDS = 45;

    private final Process process;
    private final OutputStream keyboard;
    private final StringBuilder screen = new StringBuilder(); // guarded by itself
    private int seen;

    private Terminal(Process process) {
        this.process = process;
        this.keyboard = process.getOutputStream();
        Thread.ofVirtual().start(this::read);
    }

    static Terminal open() throws IOException {
        // By env, since a shell that is not interactive, as script's own, takes PS1 away.
        String shell = "env 'PS1=" + PROMPT + "' bash --norc --noprofile -i";
        ProcessBuilder builder = new ProcessBuilder(List.of("script", "-qfc", shell, "/dev/null"));
        builder.environment().put("TERM", "dumb");
        Terminal terminal = new Terminal(builder.redirectErrorStream(true).start());
        terminal.await(PROMPT);
        return terminal;
    }

    /** Types a line, which the terminal echoes with the line's end. */
    void type(String line) throws IOException {
        press(line + "\n");
    }

    /** Presses Ctrl-Z. */
    void suspend() throws IOException {
        press(CTRL_Z);
    }

    private void press(String keys) throws IOException {
        keyboard.write(keys.getBytes(StandardCharsets.UTF_8));
        keyboard.flush();
    }

    /** Waits until what came since the last match holds this. @return its first group, if it has one, else all of it */
    String await(String expression) {
        Pattern pattern = Pattern.compile(expression);
        return Awaitility.await()
                .atMost(LIMIT_SECONDS, TimeUnit.SECONDS)
                .until(() -> find(pattern), found -> !found.isEmpty());
    }

    private String find(Pattern pattern) {
        Matcher matcher = pattern.matcher(onScreen());
        if (!matcher.find(seen)) {
            return "";
        }
        seen = matcher.end();
        return matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
    }

    private String onScreen() {
        synchronized (screen) {
            return screen.toString();
        }
    }

    private void read() {
        try (InputStream in = process.getInputStream()) {
            byte[] bytes = new byte[4096];
            for (int count = in.read(bytes); count > 0; count = in.read(bytes)) {
                synchronized (screen) {
                    screen.append(new String(bytes, 0, count, StandardCharsets.ISO_8859_1));
                }
            }
        } catch (IOException _) {
            // Closed: what is waited for then does not come.
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
