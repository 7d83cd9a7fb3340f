// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renacer.tracer.export.settings.Proxies.Proxy;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {
    private static final Map<String, String> BOTH =
            Map.of("HTTP_PROXY", "http://plain:3128", "HTTPS_PROXY", "http://tunnel:3129");

    private static Optional<String> on(String url, Map<String, String> environment) {
        return Proxies.of(environment)
                .on(OtlpEndpoint.parse(url, Optional.empty()))
                .map(Proxy::host);
    }

    @ParameterizedTest
    @CsvSource({
        "http://otel:4318, plain",
        "https://otel:4318, tunnel",
        "http://otel:4317, tunnel",
        "https://otel:4317, tunnel",
        "http://127.0.0.1:4318,",
        "https://localhost:4317,",
        "https://[::1]:4317,"
    })
    void theSchemeChoosesOneAndGrpcThatWhichTunnels(String url, String proxy) {
        assertThat(on(url, BOTH)).isEqualTo(Optional.ofNullable(proxy));
    }

    @Test
    void lowerCaseGoesFirstAndGrpcTakesWhatThereIs() {
        assertThat(on("http://otel:4318", Map.of("HTTP_PROXY", "http://a:1", "http_proxy", "http://b:1")))
                .contains("b");
        assertThat(on("http://otel:4317", Map.of("HTTP_PROXY", "http://a:1"))).contains("a");
        assertThat(on("https://otel:4317", Map.of("HTTP_PROXY", "http://a:1"))).isEmpty();
        assertThat(on("http://otel:4318", Map.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            *                          | https://otel.shop:4317    | true
            otel.shop                  | https://otel.shop:4317    | true
            shop                       | https://otel.shop:4317    | true
            .shop                      | https://OTEL.shop:4317    | true
            *.shop                     | https://otel.shop:4317    | true
            hop                        | https://otel.shop:4317    | false
            localhost, otel.shop:4317  | https://otel.shop:4317    | true
            otel.shop:4318             | https://otel.shop:4317    | false
            10.0.0.9                   | https://10.0.0.9:4317     | true
            10.0.0.0/8                 | https://10.1.2.3:4317     | true
            10.0.0.0/8                 | https://11.1.2.3:4317     | false
            10.0.0.0/8                 | https://otel.shop:4317    | false
            2001:db8::/32              | https://[2001:db8::1]:4317 | true
            [2001:db8::1]              | https://[2001:db8::1]:4317 | true
            [2001:db8::1]:4317         | https://[2001:db8::1]:4317 | true
            2001:db8::1                | https://[2001:db8::2]:4317 | false
            10.0.0.0/x                 | https://10.1.2.3:4317     | false
            """)
    void exceptionsAreThoseOfNoProxy(String exceptions, String url, boolean direct) {
        assertThat(on(url, Map.of("HTTPS_PROXY", "http://tunnel:3129", "NO_PROXY", exceptions))
                        .isEmpty())
                .isEqualTo(direct);
    }

    @Test
    void aUserIsReadAndAPasswordIsNotShown() {
        Proxies proxies = Proxies.of(Map.of("HTTPS_PROXY", "http://me:h%40sh+@[2001:db8::7]:8080"));
        Proxy proxy = proxies.on(OtlpEndpoint.parse("https://otel:4317", Optional.empty()))
                .orElseThrow();

        assertThat(proxy).isEqualTo(new Proxy("2001:db8::7", 8_080, Optional.of("me"), "h@sh+", "HTTPS_PROXY"));
        assertThat(OtlpSettings.defaults().withProxies(proxies).toString()).doesNotContain("h@sh");
    }

    @Test
    void aNameAloneIsOneAtPort80() {
        assertThat(Proxies.of(Map.of("http_proxy", "squid"))
                        .on(OtlpEndpoint.parse("http://otel:4318", Optional.empty())))
                .contains(new Proxy("squid", 80, Optional.empty(), "", "http_proxy"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"socks5://s3cret@a:1", "http://s3cret:x y@a", "https://s3cret:1"})
    void whatIsNoneIsRefusedByItsVariableAlone(String value) {
        assertThatThrownBy(() -> OtlpSettings.fromEnvironment(Map.of("HTTPS_PROXY", value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("HTTPS_PROXY is no proxy that can be used: write http://HOST:PORT")
                .message()
                .doesNotContain("s3cret");
    }
}
