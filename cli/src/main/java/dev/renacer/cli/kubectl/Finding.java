// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renacer.crds.UserText;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One answer of {@code explain} or {@code doctor}.
 *
 * @param verdict  whether it is as it should be
 * @param subject  what was looked at, in a word or two
 * @param message  what was found
 * @param next     what to do about it
 */
record Finding(Verdict verdict, String subject, String message, Optional<String> next) {
    /** Whether it is as it should be. */
    enum Verdict {
        OK,
        NO,
        UNKNOWN;

        /** As printed. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int VERDICT_WIDTH = 8;

    static Finding ok(String subject, String message) {
        return new Finding(Verdict.OK, subject, message, Optional.empty());
    }

    static Finding no(String subject, String message, String next) {
        return new Finding(Verdict.NO, subject, message, Optional.of(next));
    }

    static Finding unknown(String subject, String message, String next) {
        return new Finding(Verdict.UNKNOWN, subject, message, Optional.of(next));
    }

    /** This user may not read what tells. */
    static Finding unreadable(String subject, String what) {
        return unknown(subject, "you may not read " + what, "ask a cluster admin to run the same command");
    }

    /** This user may not read a kind of Renacer's that lies in no namespace: a RoleBinding does not reach it. */
    static Finding unreadableKind(String subject, String plural) {
        return unknown(
                subject,
                "you may not read " + plural + ", which lie in no namespace",
                "ask for: kubectl create clusterrolebinding NAME --clusterrole=renacer-cluster-viewer --user=YOU"
                        + " (RELEASE-cluster-viewer if the chart's release has another name)");
    }

    /** Whether one of them is a no. */
    static boolean anyNo(List<Finding> findings) {
        return findings.stream().anyMatch(finding -> finding.verdict == Verdict.NO);
    }

    /** Whether nothing could be told. */
    static boolean allUnknown(List<Finding> findings) {
        return findings.stream().allMatch(finding -> finding.verdict == Verdict.UNKNOWN);
    }

    /** Prints them as lines, or as a list of objects. */
    static void print(PrintWriter out, OutputFormat format, List<Finding> findings) {
        if (format == OutputFormat.TEXT || format == OutputFormat.WIDE || format == OutputFormat.NAME) {
            int width = findings.stream()
                            .mapToInt(finding -> finding.subject.length())
                            .max()
                            .orElse(0)
                    + 2;
            findings.forEach(finding -> out.print(finding.text(width)));
            out.flush();
            return;
        }
        ArrayNode list = new ObjectMapper().createArrayNode();
        for (Finding finding : findings) {
            ObjectNode object = list.addObject()
                    .put("verdict", finding.verdict.word())
                    .put("subject", finding.subject)
                    .put("message", finding.message);
            finding.next.ifPresent(step -> object.put("next", step));
        }
        ObjectPrinter.print(out, format, list);
    }

    private String text(int width) {
        StringBuilder text = new StringBuilder();
        text.append(verdict.word()).repeat(' ', VERDICT_WIDTH - verdict.word().length());
        text.append(subject)
                .repeat(' ', width - subject.length())
                .append(UserText.printable(message))
                .append('\n');
        next.ifPresent(step -> text.repeat(' ', VERDICT_WIDTH + width)
                .append("-> ")
                .append(UserText.printable(step))
                .append('\n'));
        return text.toString();
    }
}
