package io.qanat.inference;

import io.qanat.api.ModelCheck;
import io.qanat.api.ModelException;
import io.qanat.api.ModelPackages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;

/** Verifies and signs packages where they lie. It needs no configuration and keeps nothing. Threads: any. */
@Component(name = "io.qanat.inference.packages")
public final class PackageFiles implements ModelPackages {
    @Override
    public List<ModelCheck> verify(Path folderOrZip, Optional<Path> trustedKeys) {
        return PackageVerification.of(
                folderOrZip, trustedKeys.map(keys -> new PackageSignature(PackageSignature.Policy.REQUIRE, keys)));
    }

    @Override
    public Path sign(Path folder, Path privateKey) throws ModelException {
        if (!Files.isDirectory(folder)) {
            throw new ModelException(folder + " is no folder: sign the folder of a package, then make a zip of it");
        }
        return PackageSignature.sign(ModelPackage.read(folder).folder(), SigningKeys.privateKey(privateKey));
    }

    @Override
    public void makeKey(Path privateKey, Path publicKey, KeyKind kind) throws ModelException {
        SigningKeys.make(privateKey, publicKey, kind);
    }
}
