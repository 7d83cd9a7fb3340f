// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.print;

import java.time.Duration;

/** Prints an age as kubectl does (k8s.io/apimachinery/pkg/util/duration): two units at most, the finer ones only while they matter. */
public final class Age {
    private static final int SECONDS_SHOWN_BELOW_MINUTES = 10;
    private static final int MINUTES_SHOWN_BELOW_HOURS = 8;
    private static final int HOURS_SHOWN_BELOW_DAYS = 8;
    private static final int DAYS_OF_A_YEAR = 365;

    private Age() {}

    /** The text for this age; {@code 0s} for one in the future, as clocks differ. */
    public static String format(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        long minutes = seconds / 60;
        long hours = minutes / 60;
        long days = hours / 24;
        if (seconds < 120) {
            return seconds + "s";
        }
        if (minutes < SECONDS_SHOWN_BELOW_MINUTES) {
            return both(minutes, "m", seconds % 60, "s");
        }
        if (hours < 3) {
            return minutes + "m";
        }
        if (hours < MINUTES_SHOWN_BELOW_HOURS) {
            return both(hours, "h", minutes % 60, "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        if (days < HOURS_SHOWN_BELOW_DAYS) {
            return both(days, "d", hours % 24, "h");
        }
        if (days < 2 * DAYS_OF_A_YEAR) {
            return days + "d";
        }
        return days / DAYS_OF_A_YEAR + "y";
    }

    private static String both(long coarse, String coarseUnit, long fine, String fineUnit) {
        return fine == 0 ? coarse + coarseUnit : coarse + coarseUnit + fine + fineUnit;
    }
}
