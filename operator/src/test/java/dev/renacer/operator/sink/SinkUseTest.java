// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.crds.TraceRequest;
import dev.renacer.operator.sink.SinkUse.Export;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SinkUseTest {
    private final List<String> changes = new ArrayList<>();
    private final SinkUse use = new SinkUse(changes::add);

    @Test
    void isUnusedUntilARequestUsesIt() {
        use.changed(request("a", "{}"));

        assertThat(use.of("main")).isEqualTo(new Export.Unused());
        assertThat(changes).isEmpty();
    }

    @Test
    void oneFailureOutweighsWhatOthersDeliver() {
        use.changed(request("a", exporting("True", "Exporting", "")));
        use.changed(request("b", exporting("False", "ExportFailed", "From node n: refused")));

        assertThat(use.of("main")).isEqualTo(new Export.Failed("From node n: refused"));
        use.removed(request("b", "{}"));
        assertThat(use.of("main")).isEqualTo(new Export.Delivered());
    }

    @Test
    void tellsOfAChangeOnce() {
        use.changed(request("a", exporting("Unknown", "NotStarted", "")));
        use.changed(request("a", exporting("Unknown", "NotStarted", "")));
        use.changed(request("a", exporting("True", "Exporting", "")));

        assertThat(changes).containsExactly("main", "main");
    }

    @Test
    void aRequestThatIsOverUsesItNoMore() {
        use.changed(request("a", exporting("True", "Exporting", "")));
        use.changed(request("a", "{sink: main, completionTime: '2026-01-01T00:00:00Z'}"));

        assertThat(use.of("main")).isEqualTo(new Export.Unused());
        assertThat(changes).containsExactly("main", "main");
    }

    private static String exporting(String status, String reason, String message) {
        return "{sink: main, conditions: [{type: Exporting, status: '%s', reason: %s, message: '%s'}]}"
                .formatted(status, reason, message);
    }

    private static TraceRequest request(String name, String status) {
        return Serialization.unmarshal(
                "metadata: {name: %s, namespace: shop}\nstatus: %s".formatted(name, status), TraceRequest.class);
    }
}
