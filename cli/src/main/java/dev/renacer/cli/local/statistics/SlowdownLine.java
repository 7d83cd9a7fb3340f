// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.statistics;

import dev.renacer.capture.CaptureStats;

/** What a trace cost its target, in one line for people. */
public final class SlowdownLine {
    /** An estimate beyond this is meaningless: the own time is then less than the variation in the cost of stops. */
    private static final int TELLING_PERCENT = 10_000;

    private SlowdownLine() {}

    /**
     * The line.
     *
     * @param bounded  whether --max-slowdown is compared with the worst second
     */
    public static String of(CaptureStats stats, boolean bounded) {
        return "slowdown: "
                + whole(stats.slowdownPercent(), stats.workSlowdownPercent())
                + worst(stats, bounded)
                + "; half of the stops took at most " + stats.stopMicrosP50() + " us, 99 % at most "
                + stats.stopMicrosP99() + " us";
    }

    private static String whole(int least, int most) {
        if (isMeaningless(least)) {
            return least(least);
        }
        return least(least)
                + (isMeaningless(most) ? " (perhaps " + least(most) + ")" : " (at most " + most + " % longer)");
    }

    /** The first second is not judged: a short program has no worst second. */
    private static String worst(CaptureStats stats, boolean bounded) {
        if (stats.worstSlowdownPercent() < stats.slowdownPercent()) {
            return "";
        }
        return "; in the worst second " + least(stats.worstSlowdownPercent())
                + (bounded ? ", which --max-slowdown is compared with" : "");
    }

    private static String least(int percent) {
        return isMeaningless(percent)
                ? "more than " + TELLING_PERCENT / 100 + " times as long"
                : "at least " + percent + " % longer";
    }

    private static boolean isMeaningless(int percent) {
        return percent > TELLING_PERCENT;
    }
}
