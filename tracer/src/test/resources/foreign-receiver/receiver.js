// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

// Starts @elastic/mockotlpserver on free ports of loopback. Prints one line "listening <http URL> <gRPC URL>", then a line for each
// span as that server decoded it: fields separated by tabs, resource and span attributes as sorted key=value lists.
const {MockOtlpServer, normalizeTrace} = require('@elastic/mockotlpserver');

function list(attributes) {
    return Object.entries(attributes ?? {})
        .map(([key, value]) => `${key}=${value}`)
        .sort()
        .join('|');
}

function print(trace) {
    for (const resourceSpans of normalizeTrace(trace).resourceSpans) {
        for (const scopeSpans of resourceSpans.scopeSpans) {
            for (const span of scopeSpans.spans) {
                console.log(['span', span.traceId, span.spanId, span.parentSpanId ?? '', span.name, span.kind,
                    span.startTimeUnixNano, span.endTimeUnixNano, span.status?.code ?? '', span.status?.message ?? '',
                    list(span.attributes), list(resourceSpans.resource.attributes), scopeSpans.scope.name].join('\t'));
            }
        }
    }
}

const server = new MockOtlpServer({
    logLevel: 'fatal',
    services: ['http', 'grpc'],
    httpHostname: '127.0.0.1',
    httpPort: 0,
    grpcHostname: '127.0.0.1',
    grpcPort: 0,
    onTrace: print,
});
server.start().then(() => console.log(`listening ${server.httpUrl} ${server.grpcUrl}`));
