// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A stream in memory and what was complained of. */
public final class OutputFixture {
    public final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    public final List<String> complaints = new ArrayList<>();
    public final ReportStream stream = new ReportStream("trace.txt", bytes, complaints::add);

    /** A stream whose every write fails, as on a full disk. */
    public static ReportStream full(List<String> complaints) {
        return new ReportStream(
                "trace.txt",
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("No space left on device");
                    }
                },
                complaints::add);
    }

    /** What was written. */
    public String text() {
        return bytes.toString(StandardCharsets.US_ASCII);
    }

    /** The same by lines. */
    public List<String> lines() {
        return text().lines().toList();
    }
}
