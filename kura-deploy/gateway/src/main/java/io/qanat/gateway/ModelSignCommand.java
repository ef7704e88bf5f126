package io.qanat.gateway;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Vouches for a package with a private key. */
@Command(
        name = "sign",
        description = "Signs a package, whose files must be as its model.json lists them. Needs no running gateway.",
        mixinStandardHelpOptions = true)
final class ModelSignCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PACKAGE", description = "Folder of the package.")
    private Path folder = Path.of("");

    @Option(
            names = "--key",
            required = true,
            paramLabel = "FILE",
            description = "Private key, Ed25519 or EC P-256, PKCS #8 in PEM, such as ./qanat model key makes.")
    private Path key = Path.of("");

    @Override
    public Integer call() throws Exception {
        try (OfflinePackages offline = OfflinePackages.start(Home.find())) {
            Path signature = offline.packages().sign(folder.toAbsolutePath(), key.toAbsolutePath());
            System.out.println("Signed: " + signature);
            return 0;
        }
    }
}
