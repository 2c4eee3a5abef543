package dev.autodiff.nn.optimizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import dev.autodiff.graph.UpdateLine;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules are explained line by line when a trace asks, and cost nothing in training. */
class ExplainTest {
    static List<Optimizer> optimizers() {
        return List.of(
                new GradientDescent(0.1),
                new Momentum(0.1, 0.9),
                Momentum.nesterov(0.1, 0.9),
                new Adagrad(0.1),
                new RmsProp(0.1),
                new Adam(0.1),
                Adam.withDecay(0.1, 0.1),
                new Adam(0.1).amsgrad(),
                new Adam(Schedule.cosine(0.1, 0, 10).warmup(3)),
                new Adadelta(1),
                new Adamax(0.1),
                new Nadam(0.1),
                new Lion(0.1),
                new Momentum(0.1, 0.9).clipGlobalNorm(1));
    }

    private static long newestId() {
        return Tensors.scalar(0).id();
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void everyNodeOfATrainingStepIsNeededToTrain(Optimizer optimizer) {
        Variable w = Variable.of("w", NDArray.of(3.0, -2));
        Tensor cost = w.square().sum();
        List<VariableGradient> gradients = optimizer.gradients(cost);
        long before = newestId();
        TrainOp train = optimizer.apply(cost, gradients);
        long after = newestId();
        long needed = Topology.order(train.assignments()).stream()
                .filter(node -> node.id() > before && node.id() < after)
                .count();
        assertEquals(after - before - 1, needed);
    }

    /** A rule with lines of its own, which counts how often they were asked for. */
    private static final class SignDescent extends Optimizer {
        private final List<String> explained = new ArrayList<>();

        SignDescent() {
            super(rate(0.5));
        }

        @Override
        public String formula() {
            return "w ← w - η sign(g)";
        }

        @Override
        protected List<Tensor> update(Variable w, Tensor g, Context context) {
            Tensor sign = g.div(g.abs());
            return List.of(Tensors.assign(w, w.sub(context.learningRate(w).mul(sign))));
        }

        @Override
        protected List<UpdateLine> explain(Variable w, Tensor g, List<Tensor> assignments, Context context) {
            explained.add(w.name());
            Tensor sign = g.div(g.abs());
            Map<String, Tensor> operands = Map.of("w", w, "η", context.learningRate(w), "s", sign);
            return List.of(
                    new UpdateLine("s", "g / |g|", Map.of("g", g), sign),
                    new UpdateLine("w", "w - η · s", operands, assignments.get(0)));
        }
    }

    @Test
    void anOwnRuleIsExplainedWhenATraceAsks() {
        Variable w = Variable.of("w", NDArray.scalar(3.0));
        SignDescent optimizer = new SignDescent();
        TrainOp train = optimizer.minimize(w.square().named("cost"));
        try (Session session = new Session()) {
            session.run(train);
            assertEquals(List.of(), optimizer.explained);
            Trace.Update update = session.trace(train).last().updates().get(0);
            assertEquals(List.of("w"), optimizer.explained);
            assertEquals(
                    List.of("s = g / |g| = 5 / |5|", "w = w - η · s = 2.5 - 0.5 · 1"),
                    update.equations().stream()
                            .map(line -> line.symbol() + " = " + line.formula() + " = " + line.numbers())
                            .toList());
            assertEquals(2, w.value().item());
        }
    }
}
