// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.kube;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyName;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBuilder;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.renacer.crds.NodeTrace;
import dev.renacer.crds.TraceRequest;
import dev.renacer.crds.UserText;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads objects a part of which does not fit its Java type: that part is left out. An API server checks what is written, and serves what
 * is stored: under an earlier definition a field was of another type, and a figure of a status may exceed an int. Without this one such
 * object would end the informer, and with it the work for every other.
 *
 * <p>A request without its spec is refused as InvalidSpec; a NodeTrace without its status is one whose agent has not reported. The
 * specs of the other kinds are the operator's own or an admin's: left out, a policy would prohibit nothing.
 */
public final class UnreadableParts {
    private static final Logger LOG = LoggerFactory.getLogger(UnreadableParts.class);

    private static final Map<Class<?>, List<String>> PARTS =
            Map.of(TraceRequest.class, List.of("spec", "status"), NodeTrace.class, List.of("status"));

    private UnreadableParts() {}

    /** For the operator's client. */
    public static KubernetesSerialization tolerant() {
        ObjectMapper mapper = new ObjectMapper();
        mapper.registerModule(new SimpleModule("renacer-unreadable-parts").setDeserializerModifier(new Modifier()));
        return new KubernetesSerialization(mapper, true);
    }

    private static final class Modifier extends BeanDeserializerModifier {
        @Override
        public BeanDeserializerBuilder updateBuilder(
                DeserializationConfig config, BeanDescription bean, BeanDeserializerBuilder builder) {
            for (String part : PARTS.getOrDefault(bean.getBeanClass(), List.of())) {
                builder.addOrReplaceProperty(new Tolerant(builder.findProperty(PropertyName.construct(part))), true);
            }
            return builder;
        }
    }

    private static final class Tolerant extends SettableBeanProperty.Delegating {
        private static final long serialVersionUID = 1L;

        Tolerant(SettableBeanProperty delegate) {
            super(delegate);
        }

        @Override
        protected SettableBeanProperty withDelegate(SettableBeanProperty other) {
            return new Tolerant(other);
        }

        @Override
        public void deserializeAndSet(JsonParser parser, DeserializationContext context, Object object)
                throws IOException {
            // As a whole first: a deserializer that fails stops in the middle of what it reads.
            JsonNode part = context.readTree(parser);
            try (JsonParser again = part.traverse(parser.getCodec())) {
                again.nextToken();
                delegate.deserializeAndSet(again, context, object);
            } catch (JsonMappingException e) {
                ObjectMeta metadata = ((HasMetadata) object).getMetadata();
                LOG.warn(
                        "{} {}/{} is read without its {}: {}",
                        ((HasMetadata) object).getKind(),
                        metadata.getNamespace(),
                        metadata.getName(),
                        getName(),
                        UserText.line(e.getOriginalMessage()));
            }
        }
    }
}
