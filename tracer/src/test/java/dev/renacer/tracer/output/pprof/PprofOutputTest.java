// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.pprof;

import static dev.renacer.tracer.CallFixture.PROCESS;
import static dev.renacer.tracer.CallFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.output.OutputFixture;
import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SourceLocation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class PprofOutputTest {
    private static final int SAMPLE = 2;
    private static final int FUNCTION = 5;
    private static final int STRING = 6;
    private static final int COMMENT = 13;

    private final OutputFixture out = new OutputFixture();
    private final PprofOutput output = new PprofOutput(out.stream);

    @Test
    void callsOfAThreadAreCountedTogether() throws IOException {
        output.onCall(call("read").nanos(100).returns(1).build());
        output.onCall(call("read").nanos(50).returns(1).build());
        output.onCall(call("read").nanos(7).fails(11).build());
        output.onCall(call("read").nanos(1).thread(8).build());

        assertThat(samples())
                .containsExactlyInAnyOrder(
                        "read;process demo 2 150 0 syscall=read process=demo pid=7 thread=7",
                        "read;process demo 1 7 1 syscall=read errno=EAGAIN process=demo pid=7 thread=7",
                        "read;process demo 1 1 0 syscall=read process=demo pid=7 thread=8");
    }

    @Test
    void theStackLiesBetweenCallAndProcess() throws IOException {
        CallStack stack = new CallStack(
                List.of(
                        new CallStack.Frame(Optional.of("/lib/libc.so.6"), 16, Optional.of("write"), 4),
                        new CallStack.Frame(Optional.of("/bin/demo"), 16, Optional.empty(), 0),
                        new CallStack.Frame(Optional.empty(), 0, Optional.empty(), 0)),
                CallStack.End.OUTERMOST);
        output.onCall(call("write").nanos(5).stack(stack).build());

        assertThat(samples()).singleElement().asString().startsWith("write;write;[demo];?;process demo 1 5 0");
    }

    @Test
    void withoutAStackThereIsThePlaceInTheSource() throws IOException {
        SourceLocation source = new SourceLocation(Optional.of("greet"), Optional.of("hello.c"), 7);
        output.onCall(call("write").nanos(5).source(source).build());

        assertThat(samples()).singleElement().asString().startsWith("write;greet;process demo 1 5 0");
        assertThat(strings(profile())).contains("hello.c");
    }

    @Test
    void whatDidNotReturnCountsWithItsTimeAndIsNoError() throws IOException {
        output.onCall(call("pause").nanos(9).unfinished().build());

        assertThat(samples()).singleElement().asString().startsWith("pause;process demo 1 9 0");
    }

    @Test
    void tooManyDifferentSamplesAreCountedCoarselyAndSaid() throws IOException {
        for (int tid = 1; tid <= PprofOutput.MOST + 3; tid++) {
            output.onCall(call("read").nanos(1).thread(tid).build());
        }

        assertThat(samples())
                .hasSize(PprofOutput.MOST + 1)
                .contains("read;process demo 3 3 0 syscall=read process=demo");
        assertThat(comments())
                .containsExactly("3 calls are counted without thread and place: there were too many different ones");
    }

    @Test
    void lossIsSaid() throws IOException {
        output.onEvent(new TraceEvent.EventsLost(PROCESS, 0, 6));

        assertThat(comments()).containsExactly("6 events were lost");
        assertThat(samples()).isEmpty();
    }

    @Test
    void theFirstStringIsEmptyAsReadersWantIt() throws IOException {
        assertThat(strings(profile())).startsWith("", "syscalls", "count", "time", "nanoseconds", "errors");
    }

    private List<String> comments() throws IOException {
        UnknownFieldSet profile = profile();
        return profile.getField(COMMENT).getVarintList().stream()
                .map(number -> strings(profile).get(number.intValue()))
                .toList();
    }

    /** Each as {@code leaf;…;root count nanos errors label=value…}. */
    private List<String> samples() throws IOException {
        UnknownFieldSet profile = profile();
        List<String> strings = strings(profile);
        List<String> functions = new ArrayList<>();
        for (ByteString function : profile.getField(FUNCTION).getLengthDelimitedList()) {
            functions.add(strings.get((int) number(UnknownFieldSet.parseFrom(function), 2)));
        }
        List<String> samples = new ArrayList<>();
        for (ByteString bytes : profile.getField(SAMPLE).getLengthDelimitedList()) {
            UnknownFieldSet sample = UnknownFieldSet.parseFrom(bytes);
            StringBuilder text = new StringBuilder(sample.getField(1).getVarintList().stream()
                    .map(id -> functions.get((int) (id - 1)))
                    .collect(Collectors.joining(";")));
            sample.getField(2).getVarintList().forEach(value -> text.append(' ').append(value));
            for (ByteString label : sample.getField(3).getLengthDelimitedList()) {
                UnknownFieldSet fields = UnknownFieldSet.parseFrom(label);
                text.append(' ').append(strings.get((int) number(fields, 1))).append('=');
                text.append(fields.hasField(2) ? strings.get((int) number(fields, 2)) : number(fields, 3));
            }
            samples.add(text.toString());
        }
        return samples;
    }

    private static List<String> strings(UnknownFieldSet profile) {
        return profile.getField(STRING).getLengthDelimitedList().stream()
                .map(ByteString::toStringUtf8)
                .toList();
    }

    private static long number(UnknownFieldSet message, int field) {
        return message.getField(field).getVarintList().getLast();
    }

    private UnknownFieldSet profile() throws IOException {
        if (out.bytes.size() == 0) {
            output.onEnd();
        }
        return UnknownFieldSet.parseFrom(new GZIPInputStream(new ByteArrayInputStream(out.bytes.toByteArray())));
    }
}
