// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.check;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renacer.cli.kubectl.print.ObjectPrinter;
import dev.renacer.cli.kubectl.print.OutputFormat;
import dev.renacer.crds.UserText;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What one check of {@code explain} or {@code doctor}.
 *
 * @param verdict  whether it is as it should be
 * @param subject  what was looked at, in a word or two
 * @param message  what was found
 * @param next     what to do about it
 */
public record CheckResult(Verdict verdict, String subject, String message, Optional<String> next) {
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

    static CheckResult ok(String subject, String message) {
        return new CheckResult(Verdict.OK, subject, message, Optional.empty());
    }

    static CheckResult no(String subject, String message, String next) {
        return new CheckResult(Verdict.NO, subject, message, Optional.of(next));
    }

    static CheckResult unknown(String subject, String message, String next) {
        return new CheckResult(Verdict.UNKNOWN, subject, message, Optional.of(next));
    }

    /** This user may not read what tells. */
    static CheckResult unreadable(String subject, String what) {
        return unknown(subject, "you may not read " + what, "ask a cluster admin to run the same command");
    }

    /** This user may not read a kind of Renacer's that lies in no namespace: a RoleBinding does not reach it. */
    static CheckResult unreadableKind(String subject, String plural) {
        return unknown(
                subject,
                "you may not read " + plural + ", which lie in no namespace",
                "ask for: kubectl create clusterrolebinding NAME --clusterrole=renacer-cluster-viewer --user=YOU"
                        + " (RELEASE-cluster-viewer if the chart's release has another name)");
    }

    /** Whether one of them is a no. */
    public static boolean anyNo(List<CheckResult> results) {
        return results.stream().anyMatch(result -> result.verdict == Verdict.NO);
    }

    /** Whether nothing could be told. */
    public static boolean allUnknown(List<CheckResult> results) {
        return results.stream().allMatch(result -> result.verdict == Verdict.UNKNOWN);
    }

    /** Prints them as lines, or as a list of objects. */
    public static void print(PrintWriter out, OutputFormat format, List<CheckResult> results) {
        if (format == OutputFormat.TEXT || format == OutputFormat.WIDE || format == OutputFormat.NAME) {
            int width = results.stream()
                            .mapToInt(result -> result.subject.length())
                            .max()
                            .orElse(0)
                    + 2;
            results.forEach(result -> out.print(result.text(width)));
            out.flush();
            return;
        }
        ArrayNode list = new ObjectMapper().createArrayNode();
        for (CheckResult result : results) {
            ObjectNode object = list.addObject()
                    .put("verdict", result.verdict.word())
                    .put("subject", result.subject)
                    .put("message", result.message);
            result.next.ifPresent(step -> object.put("next", step));
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
