package dev.autodiff.io.onnx.load;

import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Variable;
import java.util.Map;

/**
 * A graph that was made of a file's.
 *
 * @param inputs what is fed, by name, in the order of the file
 * @param outputs the results, likewise
 * @param variables the weights, likewise
 * @param tensors everything that is computed, by name
 */
public record LoadedGraph(
        Map<String, Placeholder> inputs,
        Map<String, Tensor> outputs,
        Map<String, Variable> variables,
        Map<String, Tensor> tensors) {}
