// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.kubeconfig;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.OAuthTokenProvider;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A token in a file, read for each request, since whoever writes it may renew it. While it is being written anew the last good one
 * counts.
 */
final class TokenFile implements OAuthTokenProvider {
    private final Path file;

    private volatile @Nullable String lastGood;

    TokenFile(Path file) {
        this.file = file;
    }

    /**
     * The token.
     *
     * @throws KubernetesClientException if there has been none yet: a request without one would be anonymous
     */
    @Override
    public String getToken() {
        String problem;
        try {
            String token = Files.readString(file).strip();
            if (isToken(token)) {
                lastGood = token;
                return token;
            }
            problem = token.isEmpty() ? "is empty" : "holds more than one token";
        } catch (NoSuchFileException _) {
            problem = "does not exist";
        } catch (AccessDeniedException _) {
            problem = "may not be read by this user";
        } catch (IOException e) {
            problem = "cannot be read (" + e.getMessage() + ")";
        }
        String last = lastGood;
        if (last == null) {
            throw new KubernetesClientException("token file " + file + " " + problem);
        }
        return last;
    }

    /** What a header can carry; the client would quote the rest in its complaint. */
    private static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(letter -> letter > ' ' && letter < 0x7f);
    }
}
