// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.ArgumentFormatter;
import dev.renacer.tracer.output.notation.TextDetail;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values of extended attributes, as strace 6.1 writes them: a NUL at the end is that of a string. */
class ExtendedAttributesTest {
    private static final long ADDRESS = 0x1000;

    @ParameterizedTest
    @CsvSource({"'',''", "a,a", "a@,a", "@,''", "a@@,a\\0", "a@b@,a\\0b"})
    void oneNulAtTheEndIsNotWritten(String value, String shown) {
        byte[] bytes = value.replace('@', '\0').getBytes(StandardCharsets.US_ASCII);
        StringBuilder out = new StringBuilder();

        ArgumentFormatter.argument(
                out,
                call("fsetxattr")
                        .args(3, ADDRESS, ADDRESS, bytes.length, 0)
                        .bytes(2, bytes, false)
                        .build(),
                2,
                NameWriter.NONE,
                TextDetail.DEFAULT);

        assertThat(out).hasToString('"' + shown + '"');
    }

    @ParameterizedTest
    @CsvSource({"a@,a\\0", "a@b@,a\\0b\\0"})
    void aListOfNamesHasEachNul(String value, String shown) {
        byte[] bytes = value.replace('@', '\0').getBytes(StandardCharsets.US_ASCII);
        StringBuilder out = new StringBuilder();

        ArgumentFormatter.argument(
                out,
                call("flistxattr")
                        .args(3, ADDRESS, 100)
                        .written(1, bytes, false)
                        .returns(bytes.length)
                        .build(),
                1,
                NameWriter.NONE,
                TextDetail.DEFAULT);

        assertThat(out).hasToString('"' + shown + '"');
    }
}
