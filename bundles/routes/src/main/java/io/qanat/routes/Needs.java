package io.qanat.routes;

import io.qanat.api.ModelRepository;
import io.qanat.api.RouteException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;

/**
 * What a text uses that may come later than the text when a gateway starts.
 *
 * @param schemes of components
 * @param beans by name
 * @param models by name
 */
record Needs(Set<String> schemes, Set<String> beans, Set<String> models) {
    /** The component whose endpoints name models. */
    static final String MODELS = "onnx";

    /** How often it is looked for what is awaited. */
    private static final Duration LOOK = Duration.ofMillis(200);

    Needs {
        schemes = Set.copyOf(schemes);
        beans = Set.copyOf(beans);
        models = Set.copyOf(models);
    }

    /** Nothing of a text, or of a part of it, with mistakes: loading it will show them. */
    static Needs of(String name, String text, CamelContext context, RouteHost host) {
        Set<String> schemes = new LinkedHashSet<>();
        Set<String> beans = new LinkedHashSet<>();
        Set<String> models = new LinkedHashSet<>();
        TextCheck check = new TextCheck(context, host, new Mistakes(name));
        try {
            for (LocatedElement element : LocatedText.read(name, text).elements()) {
                if (check.placeholdersAreKnown(element)) {
                    beans.addAll(BeanCheck.names(element, context));
                    check.uri(element).filter(uri -> !uri.scheme().isEmpty()).ifPresent(uri -> {
                        schemes.add(uri.scheme());
                        beans.addAll(EndpointCheck.beans(uri));
                        model(uri).ifPresent(models::add);
                    });
                }
            }
        } catch (RouteException e) {
            return new Needs(Set.of(), Set.of(), Set.of());
        }
        return new Needs(schemes, beans, models);
    }

    /** The model that an endpoint names, when the name does not come with the message. */
    static Optional<String> model(EndpointUri uri) {
        return Optional.of(uri)
                .filter(known -> known.whole() && known.scheme().equals(MODELS))
                .map(EndpointUri::path)
                .filter(path -> !path.isEmpty());
    }

    /**
     * Waits until all of it is there.
     *
     * @return what is missing after the timeout, each with what to do
     */
    List<String> await(Duration timeout, CamelContext context, RouteHost host) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        List<String> missing = missing(context, host);
        while (!missing.isEmpty() && System.nanoTime() - end < 0) {
            // Beans and models tell nobody that they came.
            if (host.awaitComponents(schemes, LOOK).isEmpty()) {
                Thread.sleep(LOOK.toMillis());
            }
            missing = missing(context, host);
        }
        return missing;
    }

    /** What is not there now, each with what to do. */
    List<String> missing(CamelContext context, RouteHost host) throws InterruptedException {
        Stream<String> components = host.awaitComponents(schemes, Duration.ZERO).stream()
                .map(scheme -> KnownComponents.missing(scheme, context.getComponentNames()));
        Stream<String> absentBeans = beans.stream()
                .filter(bean -> context.getRegistry().lookupByName(bean) == null)
                .map(bean -> BeanCheck.missing(bean, context));
        Stream<String> absentModels = host.models().stream().flatMap(repository -> models.stream()
                .filter(model -> repository.active(model).isEmpty())
                .map(model -> missing(model, repository)));
        return Stream.of(components, absentBeans, absentModels)
                .flatMap(all -> all)
                .toList();
    }

    static String missing(String model, ModelRepository repository) {
        Set<String> names = new LinkedHashSet<>();
        repository.versions().forEach(version -> names.add(version.name()));
        return "the model '" + model + "' is not on the gateway: "
                + NearMiss.of(model, names)
                        .map(near -> "did you mean " + near + "?")
                        .orElse("add its package with qanat model add and activate it");
    }
}
