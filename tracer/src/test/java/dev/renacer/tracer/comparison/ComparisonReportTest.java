// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renacer.tracer.comparison.report.ComparisonDocument;
import dev.renacer.tracer.comparison.report.ComparisonText;
import org.junit.jupiter.api.Test;

class ComparisonReportTest {
    private static Comparison comparison() {
        TraceFixture before = new TraceFixture("demo").openAt("load", "/etc/app.conf", 9_000);
        TraceFixture after = new TraceFixture("demo").openAt("load", "/etc/app.conf", 9_000);
        after.openAt("load", "/etc/new\n.conf", 9_000).fail("/etc/secret", "EACCES");
        for (int index = 0; index < 50; index++) {
            before.openAt("store", "/data", 100_000 + index);
            after.openAt("store", "/data", 200_000 + index);
        }
        return Comparison.of(before.end(), after.end());
    }

    @Test
    void peopleReadWhatMattersMostFirst() {
        StringBuilder out = new StringBuilder();
        new ComparisonText(comparison()).writeTo(out, "before.rnc", "after.rnc");

        assertThat(out.toString()).isEqualTo("""
            A  before.rnc: 51 calls, 0 errors, 0.005010 s
            B  after.rnc: 53 calls, 1 errors, 0.010032 s

            New errors (1)
                    +1  EACCES  openat  /etc/secret  in (program)

            Slower (1)
                   100.0 -> 200.0 us (+100 %, p = 7e-18)  openat  /data  at store (demo.c)  in (program)

            New calls (2)
                    +1  openat  /etc/secret  in (program)
                    +1  openat  /etc/new\\n.conf  at load (demo.c)  in (program)

            1 groups of calls were tested for a shift of their durations; calls were aligned also by the functions that make them.
            """);
    }

    @Test
    void equalTracesHaveNoDifference() {
        StringBuilder out = new StringBuilder();
        Comparison same = Comparison.of(
                new TraceFixture("demo").open("/etc/app.conf", 9_000).end(),
                new TraceFixture("demo").open("/etc/app.conf", 9_000).end());
        new ComparisonText(same).writeTo(out, "a", "b");

        assertThat(out).contains("\nNo difference.\n");
    }

    @Test
    void programsReadOneDocument() throws Exception {
        StringBuilder out = new StringBuilder();
        ComparisonDocument.writeTo(
                out, comparison(), "before.rnc", "after.rnc", FailureCondition.parse("new-errors,vanished-calls"));

        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.at("/format").asText()).isEqualTo("renacer-diff-v1");
        assertThat(json.at("/a/calls").asLong()).isEqualTo(51);
        assertThat(json.at("/aligned_by_site").asBoolean()).isTrue();
        assertThat(json.at("/differences/0/kind").asText()).isEqualTo("new_error");
        assertThat(json.at("/differences/0/errno").asText()).isEqualTo("EACCES");
        assertThat(json.at("/differences/1/kind").asText()).isEqualTo("slower");
        assertThat(json.at("/differences/1/a_median_ns").asLong()).isBetween(100_000L, 100_050L);
        assertThat(json.at("/differences/1/site").asText()).isEqualTo("store (demo.c)");
        assertThat(json.at("/failed_on/0/condition").asText()).isEqualTo("new-errors");
        assertThat(json.at("/failed_on")).hasSize(1);
    }
}
