// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether people can read and use the page that is open. */
public final class Readability {
    private static final double LEAST_CONTRAST = 4.5;
    private static final List<String> CONTROLS =
            List.of("button", "textbox", "searchbox", "checkbox", "combobox", "tab", "grid", "application", "link");

    private Readability() {}

    /** Colours of the theme of which one is written on the other. */
    public static void assertContrast(Chromium browser, List<List<String>> pairs) {
        JsonNode ratios = browser.evaluate("""
                (pairs => {
                  const probe = document.body.appendChild(document.createElement('p'));
                  const light = name => {
                    probe.style.color = 'var(--' + name + ')';
                    return getComputedStyle(probe).color.match(/[0-9.]+/g).slice(0, 3).map(part => part / 255)
                      .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
                      .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
                  };
                  const ratios = pairs.map(([one, other]) => [light(one), light(other)].sort((a, b) => b - a))
                    .map(([more, less], at) => [pairs[at].join(' on '), (more + 0.05) / (less + 0.05)]);
                  probe.remove();
                  return ratios;
                })(""" + new ObjectMapper().valueToTree(pairs) + ")");

        assertThat(ratios).isNotEmpty();
        ratios.forEach(pair -> assertThat(pair.get(1).asDouble())
                .as(pair.get(0).asText() + " (WCAG 2.2, 1.4.3)")
                .isGreaterThanOrEqualTo(LEAST_CONTRAST));
    }

    /** Every control has a name that can be read out. */
    public static void assertNamed(Chromium browser) {
        List<String> nameless = new ArrayList<>();
        for (JsonNode node :
                browser.send("Accessibility.getFullAXTree", Map.of()).get("nodes")) {
            String role = node.path("role").path("value").asText();
            if (CONTROLS.contains(role)
                    && !node.path("ignored").asBoolean()
                    && node.path("name").path("value").asText().isBlank()) {
                nameless.add(role + " " + node.path("properties"));
            }
        }
        assertThat(nameless).isEmpty();
    }

    /** Nothing stands out to the right. */
    public static void assertFits(Chromium browser) {
        assertThat(browser.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                        .asInt())
                .as("pixels that stand out to the right")
                .isZero();
    }
}
