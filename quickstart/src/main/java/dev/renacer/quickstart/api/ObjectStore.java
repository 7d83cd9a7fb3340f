// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.crud.AttributeSet;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.Headers;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.fabric8.zjsonpatch.JsonPatch;
import io.fabric8.zjsonpatch.JsonPatchException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The objects, kept by fabric8's CRUD server: names, UIDs, resource versions and conflicts, generations, status subresources and
 * finalizers are its work. Added here: an ordered history of changes, an admission of each write, patches, and the removal of objects
 * whose owner is gone. Safe for any thread.
 */
final class ObjectStore extends KubernetesCrudDispatcher {
    // In ASCII: after a line with any other character fabric8's HTTP watch cannot read the next one.
    static final ObjectMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    private static final int CONFLICT = 409;
    private static final int UNSUPPORTED = 415;

    /** Answer of the CRUD server: an HTTP status and, if any, the object or a Status. */
    record Answer(int code, String body) {}

    private final History history = new History();

    /** What there is, and what changed. */
    History history() {
        return history;
    }

    @Override
    public void processEvent(
            String path,
            AttributeSet pathAttributes,
            @Nullable AttributeSet oldAttributes,
            @Nullable GenericKubernetesResource resource,
            @Nullable String newState) {
        // The CRUD server holds its write lock here, so changes are logged in the order in which they happen.
        String existing = oldAttributes == null ? null : map.get(oldAttributes);
        if (existing == null && resource != null) {
            // The CRUD server counts UIDs from 1; a real one's are random.
            resource.getMetadata().setUid(UUID.randomUUID().toString());
            newState = Serialization.asJson(resource);
        }
        super.processEvent(path, pathAttributes, oldAttributes, resource, newState);
        if (Objects.equals(existing, newState)) {
            return;
        }
        JsonNode before = existing == null ? null : parse(existing);
        JsonNode after = newState == null ? null : parse(newState);
        JsonNode shown = after != null ? after : Objects.requireNonNull(before, "a removed object was there before");
        long version;
        if (after != null) {
            version = after.path("metadata").path("resourceVersion").asLong();
        } else {
            version = requestResourceVersion();
            ((ObjectNode) shown.path("metadata")).put("resourceVersion", Long.toString(version));
        }
        ApiPath collection = ApiPath.parse(path).orElseThrow();
        ApiPath object = new ApiPath(
                collection.group(),
                collection.version(),
                shown.path("metadata").path("namespace").asText(""),
                collection.plural(),
                shown.path("metadata").path("name").asText(),
                "");
        history.add(new History.Change(version, object, before, after));
        if (after == null) {
            String uid = shown.path("metadata").path("uid").asText();
            Thread.ofVirtual().name("owner-gone-" + uid).start(() -> removeDependents(uid));
        }
    }

    /** What the garbage collector of a cluster does in the background. */
    private void removeDependents(String ownerUid) {
        history.ownedBy(ownerUid).forEach(this::delete);
    }

    /**
     * Creates (POST) or replaces (PUT).
     *
     * @throws RefusedException if the object is not admitted
     */
    Answer write(HttpMethod method, ApiPath path, String object, Admission admission) throws RefusedException {
        JsonNode admitted =
                admission.admit(parse(object), history.get(path.object()).orElse(null));
        Answer answer = send(method, path, admitted.toString());
        if (answer.code() == CONFLICT) {
            throw new RefusedException(
                    method == HttpMethod.POST
                            ? ApiStatus.alreadyExists(written(path, admitted))
                            : ApiStatus.conflict(path));
        }
        if (answer.code() >= 300 || answer.body().isEmpty()) {
            return answer;
        }
        ApiPath written = written(path, parse(answer.body()));
        return new Answer(
                answer.code(), history.get(written).map(JsonNode::toString).orElse(answer.body()));
    }

    private static ApiPath written(ApiPath path, JsonNode object) {
        JsonNode metadata = object.path("metadata");
        return new ApiPath(
                path.group(),
                path.version(),
                metadata.path("namespace").asText(path.namespace()),
                path.plural(),
                metadata.path("name").asText(),
                "");
    }

    /**
     * What a write would answer that is only tried ({@code dryRun=All}): nothing is changed.
     *
     * @param contentType of a patch
     * @throws RefusedException if the object would not be admitted
     */
    Answer tryOut(HttpMethod method, ApiPath path, String contentType, String body, Admission admission)
            throws RefusedException {
        if (method == HttpMethod.POST) {
            return tryToCreate(path, admission.admit(parse(body), null));
        }
        Optional<JsonNode> current = history.get(path.object());
        if (current.isEmpty()) {
            return new Answer(404, "");
        }
        JsonNode was = current.get();
        return switch (method) {
            case PUT -> new Answer(200, admission.admit(parse(body), was).toString());
            case PATCH -> {
                Optional<JsonNode> patched = patched(was, contentType, body);
                yield patched.isEmpty()
                        ? new Answer(UNSUPPORTED, "")
                        : new Answer(200, admission.admit(patched.get(), was).toString());
            }
            default -> new Answer(200, was.toString());
        };
    }

    private Answer tryToCreate(ApiPath path, JsonNode object) throws RefusedException {
        ObjectNode metadata = ((ObjectNode) object).withObject("/metadata");
        if (!metadata.hasNonNull("name")) {
            metadata.put("name", metadata.path("generateName").asText("") + "xxxxx");
        }
        if (!path.namespace().isEmpty()) {
            metadata.put("namespace", path.namespace());
        }
        ApiPath written = written(path, object);
        if (history.get(written).isPresent()) {
            throw new RefusedException(ApiStatus.alreadyExists(written));
        }
        return new Answer(201, object.toString());
    }

    /** Removes the object, or marks it for removal while it has finalizers. */
    Answer delete(ApiPath path) {
        Optional<JsonNode> before = history.get(path.object());
        MockResponse response = handleDelete(path.object().toString());
        Optional<JsonNode> after = history.get(path.object());
        return new Answer(
                response.code(), after.or(() -> before).map(JsonNode::toString).orElse(""));
    }

    /**
     * Patches by JSON patch (RFC 6902) or JSON merge patch (RFC 7386).
     *
     * @param contentType of the patch; 415 is answered for any other kind
     * @throws RefusedException if the patch does not apply, or the object is not admitted as it would be then
     */
    Answer patch(ApiPath path, String contentType, String patch, Admission admission) throws RefusedException {
        while (true) {
            Optional<JsonNode> current = history.get(path.object());
            if (current.isEmpty()) {
                return new Answer(404, "");
            }
            Optional<JsonNode> patched = patched(current.get(), contentType, patch);
            if (patched.isEmpty()) {
                return new Answer(UNSUPPORTED, "");
            }
            JsonNode admitted = admission.admit(patched.get(), current.get());
            Answer answer = send(HttpMethod.PUT, path, admitted.toString());
            if (answer.code() == CONFLICT && !version(admitted).equals(version(current.get()))) {
                throw new RefusedException(ApiStatus.conflict(path));
            }
            if (answer.code() != CONFLICT) {
                // A patch that takes the last finalizer away removes the object: it is shown as it was.
                return answer.code() < 300 && answer.body().isEmpty() ? new Answer(200, admitted.toString()) : answer;
            }
        }
    }

    private static String version(JsonNode object) {
        return object.path("metadata").path("resourceVersion").asText();
    }

    /** The object as the patch makes it; empty: it is a kind of patch that is not served. */
    private static Optional<JsonNode> patched(JsonNode object, String contentType, String patch)
            throws RefusedException {
        if (contentType.startsWith("application/merge-patch+json")) {
            return Optional.of(merge(object, parse(patch)));
        }
        if (!contentType.startsWith("application/json-patch+json")) {
            return Optional.empty();
        }
        try {
            return Optional.of(JsonPatch.apply(parse(patch), object));
        } catch (JsonPatchException e) {
            throw new RefusedException(ApiStatus.of(
                    422,
                    "Invalid",
                    "the server rejected our request due to an error in our request: " + e.getMessage()));
        }
    }

    private static JsonNode merge(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode merged = target.isObject() ? target.deepCopy() : JSON.createObjectNode();
        patch.properties().forEach(field -> {
            if (field.getValue().isNull()) {
                merged.remove(field.getKey());
            } else {
                merged.set(field.getKey(), merge(merged.path(field.getKey()), field.getValue()));
            }
        });
        return merged;
    }

    private Answer send(HttpMethod method, ApiPath path, String body) {
        Headers headers =
                Headers.builder().add("Content-Type", "application/json").build();
        MockResponse response = dispatch(new RecordedRequest(
                "HTTP/1.1", method, path.toString(), headers, new Buffer(body.getBytes(StandardCharsets.UTF_8))));
        return new Answer(response.code(), body(response));
    }

    private static String body(MockResponse response) {
        return response.getBody() == null ? "" : response.getBody().readUtf8();
    }

    /**
     * Reads JSON.
     *
     * @throws IllegalArgumentException if it is none
     */
    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
    }
}
