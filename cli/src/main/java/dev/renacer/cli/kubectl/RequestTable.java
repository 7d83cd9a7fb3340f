// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl;

import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.TraceRequestStatus;
import dev.renacer.crds.TraceTotals;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Requests as a table in kubectl's manner: columns as wide as their widest cell, three blanks between them. */
final class RequestTable {
    private static final List<String> HEADER =
            List.of("NAMESPACE", "NAME", "STATE", "NODES", "TARGETS", "SPANS", "LOST", "AGE");
    private static final String GAP = "   ";

    private RequestTable() {}

    /**
     * Header and one line a request.
     *
     * @param now  what ages are counted to
     */
    static List<String> lines(List<TraceRequest> requests, Instant now) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        requests.forEach(request -> rows.add(row(request, now)));
        int[] widths = widths(rows);
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static List<String> row(TraceRequest request, Instant now) {
        Optional<TraceRequestStatus> status = Optional.ofNullable(request.getStatus());
        Optional<TraceTotals> totals = status.map(TraceRequestStatus::totals);
        return List.of(
                request.getMetadata().getNamespace(),
                request.getMetadata().getName(),
                TraceState.of(request).word(),
                cell(status.map(TraceRequestStatus::nodes)),
                cell(totals.map(TraceTotals::targets)),
                cell(totals.map(TraceTotals::spans)),
                cell(totals.map(TraceTotals::lost)),
                age(request, now));
    }

    private static String cell(Optional<? extends Number> figure) {
        return figure.map(String::valueOf).orElse("-");
    }

    private static String age(TraceRequest request, Instant now) {
        return Optional.ofNullable(request.getMetadata().getCreationTimestamp())
                .map(created -> Age.format(Duration.between(Instant.parse(created), now)))
                .orElse("<unknown>");
    }

    private static int[] widths(List<List<String>> rows) {
        int[] widths = new int[HEADER.size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        return widths;
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = row.get(column);
            line.append(cell);
            if (column < widths.length - 1) {
                line.repeat(' ', widths[column] - cell.length()).append(GAP);
            }
        }
        return line.toString();
    }
}
