package dev.autodiff.io.onnx.load;

import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The functions of a recurrent layer, which its attribute {@code activations} names. Those that have parameters take
 * them one after the other from {@code activation_alpha} and {@code activation_beta}.
 */
final class RecurrentActivations {
    private static final Map<String, Kind> KINDS = kinds();

    private RecurrentActivations() {}

    private interface Function {
        Tensor apply(Tensor x, double alpha, double beta);
    }

    /**
     * A function.
     *
     * @param parameters the number of parameters
     * @param alpha the first parameter if it is left out; NaN if it must be given
     * @param beta the second one
     * @param function the function of a tensor and both parameters
     */
    private record Kind(int parameters, double alpha, double beta, Function function) {}

    private static Map<String, Kind> kinds() {
        Map<String, Kind> kinds = new HashMap<>();
        kinds.put("sigmoid", new Kind(0, 0, 0, (x, alpha, beta) -> x.sigmoid()));
        kinds.put("tanh", new Kind(0, 0, 0, (x, alpha, beta) -> x.tanh()));
        kinds.put("relu", new Kind(0, 0, 0, (x, alpha, beta) -> x.relu()));
        kinds.put("softsign", new Kind(0, 0, 0, (x, alpha, beta) -> Activations.softsign(x)));
        kinds.put("softplus", new Kind(0, 0, 0, (x, alpha, beta) -> Activations.softplus(x)));
        kinds.put("leakyrelu", new Kind(1, 0.01f, 0, (x, alpha, beta) -> Activations.leakyRelu(x, alpha)));
        kinds.put("elu", new Kind(1, 1, 0, (x, alpha, beta) -> Activations.elu(x, alpha)));
        kinds.put("thresholdedrelu", new Kind(1, 1, 0, (x, alpha, beta) -> ElementwiseLoads.thresholdedRelu(x, alpha)));
        kinds.put("affine", new Kind(2, Double.NaN, Double.NaN, (x, alpha, beta) -> x.mul(alpha)
                .add(beta)));
        kinds.put("scaledtanh", new Kind(2, Double.NaN, Double.NaN, (x, alpha, beta) -> x.mul(beta)
                .tanh()
                .mul(alpha)));
        kinds.put("hardsigmoid", new Kind(2, 0.2f, 0.5, ElementwiseLoads::hardSigmoid));
        return kinds;
    }

    /**
     * Returns the functions of a layer.
     *
     * @param usual those of one direction if none are named
     */
    static List<UnaryOperator<Tensor>> of(LoadNode n, List<String> usual, int directions) {
        List<String> names = n.texts("activations");
        if (!names.isEmpty() && names.size() != directions * usual.size()) {
            throw new CannotLoad("has " + names.size() + " activations for " + directions + " directions");
        }
        float[] alphas = n.numbers("activation_alpha");
        float[] betas = n.numbers("activation_beta");
        int alphasTaken = 0;
        int betasTaken = 0;
        List<UnaryOperator<Tensor>> functions = new ArrayList<>();
        for (int i = 0; i < directions * usual.size(); i++) {
            String name = names.isEmpty() ? usual.get(i % usual.size()) : names.get(i);
            Kind kind = KINDS.get(name.toLowerCase(Locale.ROOT));
            if (kind == null) {
                throw new CannotLoad("has the activation " + name + ", which is none of ONNX's");
            }
            double alpha = kind.alpha;
            double beta = kind.beta;
            if (kind.parameters > 0 && alphasTaken < alphas.length) {
                alpha = alphas[alphasTaken++];
            }
            if (kind.parameters > 1 && betasTaken < betas.length) {
                beta = betas[betasTaken++];
            }
            if (Double.isNaN(alpha) || Double.isNaN(beta)) {
                throw new CannotLoad("has the activation " + name + " without its activation_alpha and _beta");
            }
            double first = alpha;
            double second = beta;
            functions.add(x -> kind.function.apply(x, first, second));
        }
        return functions;
    }
}
