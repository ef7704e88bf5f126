package io.qanat.camel.milo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.eclipse.milo.opcua.stack.core.security.CertificateValidator;
import org.eclipse.milo.opcua.stack.core.security.DefaultClientCertificateValidator;
import org.eclipse.milo.opcua.stack.core.security.FileBasedCertificateQuarantine;
import org.eclipse.milo.opcua.stack.core.security.FileBasedTrustListManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers' certificates that the operator trusts, as files in a folder, followed while they change:
 *
 * <pre>
 * pki/trusted/certs  of servers, or of authorities that sign for them
 * pki/trusted/crl    what these authorities took back
 * pki/issuer/certs  authorities in between
 * pki/issuer/crl
 * pki/rejected       of servers that were refused: move a file to trusted/certs to trust it
 * </pre>
 *
 * <p>Threads: any.
 */
final class TrustedServers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrustedServers.class);

    private final FileBasedTrustListManager trusted;
    private final CertificateValidator validator;
    private final Path folder;

    private TrustedServers(Path folder, FileBasedTrustListManager trusted, CertificateValidator validator) {
        this.folder = folder;
        this.trusted = trusted;
        this.validator = validator;
    }

    /** Creates what is missing of the folder. */
    static TrustedServers open(Path folder) throws IOException {
        FileBasedTrustListManager trusted = FileBasedTrustListManager.createAndInitialize(folder);
        return new TrustedServers(
                folder,
                trusted,
                new DefaultClientCertificateValidator(
                        trusted, FileBasedCertificateQuarantine.create(folder.resolve("rejected"))));
    }

    CertificateValidator validator() {
        return validator;
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        try {
            trusted.close();
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("{} is not followed any more, but that did not end in order", folder, e);
        }
    }
}
