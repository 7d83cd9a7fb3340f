// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.kube;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.TraceRequest;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads objects whose fields are of the wrong type, as a server that holds no schema serves them: the part that cannot be read is left
 * out. Without this one such object would end the informer, and with it the work for every other, until the operator is started anew.
 *
 * <p>A request without its spec is refused as InvalidSpec; a NodeTrace without its status is one whose agent has not reported. The
 * specs of the other kinds are the operator's own or an admin's: left out, a policy would prohibit nothing.
 */
public final class UnreadableParts {
    private static final Logger LOG = LoggerFactory.getLogger(UnreadableParts.class);

    /** What may be left out, in this order. */
    private static final Map<Class<?>, List<List<String>>> PARTS = Map.of(
            TraceRequest.class, List.of(List.of("status"), List.of("spec"), List.of("spec", "status")),
            NodeTrace.class, List.of(List.of("status")));

    private UnreadableParts() {}

    /** For the operator's client. */
    public static KubernetesSerialization tolerant() {
        ObjectMapper mapper = new ObjectMapper();
        mapper.registerModule(new SimpleModule("renacer-unreadable-parts").setDeserializerModifier(new Modifier()));
        return new KubernetesSerialization(mapper, true);
    }

    private static final class Modifier extends BeanDeserializerModifier {
        @Override
        public JsonDeserializer<?> modifyDeserializer(
                DeserializationConfig config, BeanDescription bean, JsonDeserializer<?> deserializer) {
            List<List<String>> parts = PARTS.get(bean.getBeanClass());
            return parts == null ? deserializer : new Tolerant(deserializer, parts);
        }
    }

    private static final class Tolerant extends DelegatingDeserializer {
        private final List<List<String>> parts;

        Tolerant(JsonDeserializer<?> delegate, List<List<String>> parts) {
            super(delegate);
            this.parts = parts;
        }

        @Override
        protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> delegate) {
            return new Tolerant(delegate, parts);
        }

        @Override
        public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            JsonNode object = context.readTree(parser);
            try {
                return read(object, parser, context);
            } catch (JsonMappingException e) {
                return withoutParts(object, parser, context, e);
            }
        }

        private Object withoutParts(
                JsonNode object, JsonParser parser, DeserializationContext context, JsonMappingException why)
                throws IOException {
            for (List<String> left : parts) {
                ObjectNode rest = object.<ObjectNode>deepCopy().without(left);
                try {
                    Object readable = read(rest, parser, context);
                    LOG.warn(
                            "{} {}/{} is read without its {}: {}",
                            object.path("kind").asText(),
                            object.at("/metadata/namespace").asText(),
                            object.at("/metadata/name").asText(),
                            String.join(" and ", left),
                            String.valueOf(why.getOriginalMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse(""));
                    return readable;
                } catch (JsonMappingException e) {
                    why.addSuppressed(e);
                }
            }
            throw why;
        }

        private Object read(JsonNode object, JsonParser parser, DeserializationContext context) throws IOException {
            try (JsonParser again = object.traverse(parser.getCodec())) {
                again.nextToken();
                return super.deserialize(again, context);
            }
        }
    }
}
