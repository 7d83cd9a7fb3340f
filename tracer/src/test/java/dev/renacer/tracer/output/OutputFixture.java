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
final class OutputFixture {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final List<String> complaints = new ArrayList<>();
    final ReportStream stream = new ReportStream("trace.txt", bytes, complaints::add);

    /** A stream whose every write fails, as on a full disk. */
    static ReportStream full(List<String> complaints) {
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

    String text() {
        return bytes.toString(StandardCharsets.US_ASCII);
    }

    List<String> lines() {
        return text().lines().toList();
    }
}
