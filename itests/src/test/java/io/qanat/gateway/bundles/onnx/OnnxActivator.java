package io.qanat.gateway.bundles.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.Hashtable;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Offers a function that runs a model of one input and one output of a single float. */
public final class OnnxActivator implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        UnaryOperator<Object> run = this::run;
        context.registerService(UnaryOperator.class, run, new Hashtable<>(Map.of("name", "onnx")));
    }

    @Override
    public void stop(BundleContext context) {
        // The framework takes the service back.
    }

    private Object run(Object model) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession((byte[]) model);
                OnnxTensor input = OnnxTensor.createTensor(environment, new float[] {20.5f});
                OrtSession.Result result =
                        session.run(Map.of(session.getInputNames().iterator().next(), input))) {
            return ((float[]) result.get(0).getValue())[0];
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}
