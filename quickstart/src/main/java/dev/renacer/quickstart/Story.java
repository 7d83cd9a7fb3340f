// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart;

import java.io.PrintStream;
import java.util.Locale;

/** What the reader sees: numbered chapters, and lines stamped with the time since the request was applied. */
final class Story {
    private final PrintStream out;
    private final Palette palette;
    private int chapter;
    private long appliedNanoTime;

    Story(PrintStream out, Palette palette) {
        this.out = out;
        this.palette = palette;
    }

    Palette palette() {
        return palette;
    }

    void line(String text) {
        out.println(text);
    }

    void quiet(String text) {
        out.println(palette.quiet(text));
    }

    void chapter(String title) {
        chapter++;
        out.println();
        out.println(palette.heading(chapter + ". " + title));
    }

    /** Sets the origin of {@link #event}'s times to now. */
    void applied() {
        appliedNanoTime = System.nanoTime();
    }

    /** Something that happened at a time of System.nanoTime(). */
    void event(long nanoTime, String text) {
        out.printf(Locale.ROOT, "   +%.3f s  %s%n", (nanoTime - appliedNanoTime) / 1e9, text);
    }

    /** Seconds since the request was applied. */
    double secondsSinceApplied(long nanoTime) {
        return (nanoTime - appliedNanoTime) / 1e9;
    }

    void claim(Proof.Claim claim) {
        out.println(claim.holds() ? palette.good(claim.text()) : palette.error("FAILED: " + claim.text()));
    }
}
