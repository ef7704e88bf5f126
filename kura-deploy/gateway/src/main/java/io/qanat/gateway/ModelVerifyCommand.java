package io.qanat.gateway;

import io.qanat.api.ModelCheck;
import io.qanat.api.ModelCheck.Result;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says whether a gateway would take a package in. */
@Command(
        name = "verify",
        description = "Makes all checks of a package, its golden samples among them, and prints each. Needs no running"
                + " gateway and no network.",
        exitCodeListHeading = "Exit code:%n",
        exitCodeList = {"0:the package is fit for use", "1:it is not, or could not be verified"},
        mixinStandardHelpOptions = true)
final class ModelVerifyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PACKAGE|ZIP", description = "The package, as a folder or as one zip.")
    private Path file = Path.of("");

    @Option(
            names = "--trusted-keys",
            paramLabel = "FOLDER",
            defaultValue = "data/trusted-keys",
            description = "Public keys of whom you trust, as *.pem. Default: ${DEFAULT-VALUE}, those of the gateway.")
    private Path trustedKeys = Path.of("data/trusted-keys");

    @Option(names = "--no-signature", description = "Does not look at the signature.")
    private boolean noSignature;

    @Override
    public Integer call() throws Exception {
        try (OfflinePackages offline = OfflinePackages.start(Home.find())) {
            List<ModelCheck> checks = offline.packages()
                    .verify(
                            file.toAbsolutePath(),
                            noSignature ? Optional.empty() : Optional.of(trustedKeys.toAbsolutePath()));
            checks.forEach(check -> System.out.printf(
                    "%-8s %-16s %s%n", check.result().name().toLowerCase(Locale.ROOT), check.name(), check.detail()));
            return verdict(checks);
        }
    }

    private int verdict(List<ModelCheck> checks) {
        long failed =
                checks.stream().filter(check -> check.result() == Result.FAILED).count();
        System.out.println(
                failed == 0
                        ? file + " is fit for use" + (noSignature ? ", if you trust where it comes from" : "")
                        : file + " is NOT fit for use: " + failed + " of " + checks.size() + " checks failed");
        return failed == 0 ? 0 : 1;
    }
}
