// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.kubectl.listing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class ServerTableTest {
    private static final String TABLE = """
            {"kind": "Table",
             "columnDefinitions": [{"name": "Name", "priority": 0}, {"name": "State", "priority": 0},
                                   {"name": "Message", "priority": 1}, {"name": "Age", "priority": 0}],
             "rows": [
               {"cells": ["checkout-x7k2p", "Tracing", "first\\nsecond", "2m30s"],
                "object": {"metadata": {"namespace": "shop"}}},
               {"cells": ["db", null, null, "5d"], "object": {"metadata": {"namespace": "data"}}}]}""";

    @Test
    void columnsStandAsKubectlSetsThem() throws JsonProcessingException {
        assertThat(ServerTable.lines(table(), false, false))
                .containsExactly(
                        "NAME             STATE     AGE", //
                        "checkout-x7k2p   Tracing   2m30s",
                        "db                         5d");
    }

    @Test
    void wideAddsColumnsAndAllNamespacesTheirNames() throws JsonProcessingException {
        assertThat(ServerTable.lines(table(), true, true))
                .containsExactly(
                        "NAMESPACE   NAME             STATE     MESSAGE    AGE",
                        "shop        checkout-x7k2p   Tracing   first...   2m30s",
                        "data        db                                    5d");
    }

    private static JsonNode table() throws JsonProcessingException {
        return new ObjectMapper().readTree(TABLE);
    }
}
