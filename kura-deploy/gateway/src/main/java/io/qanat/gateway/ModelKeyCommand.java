package io.qanat.gateway;

import io.qanat.api.ModelPackages.KeyKind;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes the key pair that packages are signed with. */
@Command(
        name = "key",
        description = "Makes a key pair to sign packages with: NAME.key, which only you can read, and NAME.pem for the"
                + " trusted keys of your gateways. Needs no running gateway.",
        mixinStandardHelpOptions = true)
final class ModelKeyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Path of both files, without their endings.")
    private Path name = Path.of("");

    @Option(names = "--ec", description = "Makes a key for ECDSA on the curve P-256. Default: one for Ed25519.")
    private boolean ec;

    @Override
    public Integer call() throws Exception {
        Path privateKey = Path.of(name.toAbsolutePath() + ".key");
        Path publicKey = Path.of(name.toAbsolutePath() + ".pem");
        try (OfflinePackages offline = OfflinePackages.start(Home.find())) {
            offline.packages().makeKey(privateKey, publicKey, ec ? KeyKind.EC : KeyKind.ED25519);
        }
        System.out.println(
                "Sign with " + privateKey + "; copy " + publicKey + " to the trusted keys of your gateways.");
        return 0;
    }
}
