// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.kubeconfig;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whom the user of a kubeconfig stands in for: all that it says of that, or nothing at all. */
final class Impersonation {
    /** What the name of a header may hold besides letters and digits, without the percent sign. */
    private static final String HEADER_SIGNS = "!#$&'*+-.^_`|~";

    private Impersonation() {}

    /**
     * Sets it up.
     *
     * @param name  of the user in the kubeconfig
     * @throws KubernetesClientException if only a part of it could be sent: the rights would not be those that were asked for
     */
    static void apply(Config config, String name, AuthInfo user) {
        List<String> groups = user.getAsGroups() == null ? List.of() : user.getAsGroups();
        Map<String, List<String>> extra = user.getAsUserExtra() == null ? Map.of() : user.getAsUserExtra();
        if (given(user.getAsUid())) {
            throw new KubernetesClientException("as-uid of the user '" + name + "' is not supported");
        }
        if (given(user.getAs())) {
            config.setImpersonateUsername(user.getAs());
            config.setImpersonateGroups(groups.toArray(String[]::new));
            config.setImpersonateExtras(escaped(extra));
        } else if (!groups.isEmpty() || !extra.isEmpty()) {
            throw new KubernetesClientException(
                    "the user '" + name + "' has as-groups or as-user-extra, but no 'as' that they belong to");
        }
    }

    private static boolean given(@Nullable String value) {
        return value != null && !value.isEmpty();
    }

    /** The keys become part of a header's name. */
    private static Map<String, List<String>> escaped(Map<String, List<String>> extra) {
        Map<String, List<String>> escaped = new LinkedHashMap<>();
        extra.forEach((key, values) -> escaped.put(escaped(key), values));
        return escaped;
    }

    private static String escaped(String key) {
        StringBuilder escaped = new StringBuilder();
        for (byte one : key.getBytes(StandardCharsets.UTF_8)) {
            char letter = (char) (one & 0xff);
            boolean plain = letter < 0x80 && (Character.isLetterOrDigit(letter) || HEADER_SIGNS.indexOf(letter) >= 0);
            escaped.append(plain ? String.valueOf(letter) : "%%%02X".formatted((int) letter));
        }
        return escaped.toString();
    }
}
