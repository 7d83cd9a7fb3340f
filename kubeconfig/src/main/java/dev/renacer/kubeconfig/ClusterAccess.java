// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.kubeconfig;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** How every program of Renacer finds its API server: as kubectl does, elliptic-curve client keys included. */
public final class ClusterAccess {
    private ClusterAccess() {}

    /** In a pod by its service account, elsewhere by the environment variable KUBECONFIG or {@code ~/.kube/config}. */
    public static Config fromEnvironment() {
        return withKeyAlgorithm(new ConfigBuilder().build());
    }

    /** As {@link #fromEnvironment()}, but by this context of the kubeconfig. */
    public static Config fromEnvironment(String context) {
        return withKeyAlgorithm(Config.autoConfigure(context));
    }

    /**
     * By the current context of a kubeconfig.
     *
     * @throws UncheckedIOException if the file, or a key it names, cannot be read
     */
    public static Config fromKubeconfig(Path kubeconfig) {
        if (!Files.isReadable(kubeconfig)) {
            throw new UncheckedIOException(new IOException("kubeconfig " + kubeconfig + " cannot be read"));
        }
        return withKeyAlgorithm(Config.fromKubeconfig(kubeconfig.toFile()));
    }

    /**
     * The client takes a key for RSA unless its PEM header says EC; the header of a PKCS #8 key (what {@code openssl req} writes)
     * names no algorithm, so it is found by trying.
     */
    private static Config withKeyAlgorithm(Config config) {
        String pem = clientKey(config);
        if (pem != null && isEllipticCurve(pem)) {
            config.setClientKeyAlgo("EC");
        }
        return config;
    }

    private static @Nullable String clientKey(Config config) {
        if (config.getClientKeyData() != null) {
            return new String(Base64.getMimeDecoder().decode(config.getClientKeyData()), StandardCharsets.ISO_8859_1);
        }
        if (config.getClientKeyFile() == null) {
            return null;
        }
        try {
            return Files.readString(Path.of(config.getClientKeyFile()), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    new IOException("client key " + config.getClientKeyFile() + " cannot be read", e));
        }
    }

    private static boolean isEllipticCurve(String pem) {
        try {
            return PemPrivateKey.read(pem).getAlgorithm().equals("EC");
        } catch (GeneralSecurityException _) {
            // The client says what is wrong with the key once it is used.
            return false;
        }
    }
}
