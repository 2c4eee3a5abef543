package dev.autodiff.it.browser;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.NameScope;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Models to look at. */
final class Models {
    private Models() {}

    /** Three inputs, squared error, two steps of gradient descent. */
    static Trace neuron() {
        return neuron(2);
    }

    /** The same with another first input. */
    static Trace neuron(double x0) {
        List<Feed> feeds = new ArrayList<>();
        List<Tensor> products = new ArrayList<>();
        double[] x = {x0, 3, -2};
        float[] w = {1, -1, 0.5f};
        for (int i = 0; i < x.length; i++) {
            Placeholder input = Placeholder.of("x" + i, Shape.scalar());
            feeds.add(feed(input, x[i]));
            products.add(input.mul(Variable.of("w" + i, NDArray.scalar(w[i]))));
        }
        Tensor output =
                products.get(0).add(products.get(1)).add(products.get(2)).named("output");
        Tensor cost = output.sub(0).named("difference").square().named("cost");
        try (Session session = new Session(1)) {
            return session.trace(new GradientDescent(0.1).minimize(cost), List.of(feeds, feeds));
        }
    }

    /** Three steps of Adam with a vector and a scalar, on other data each time. */
    static Trace training() {
        Placeholder x = Placeholder.of("x", Shape.of(3));
        Placeholder y = Placeholder.of("y", Shape.scalar());
        Variable w = Variable.of("w", NDArray.of(0.5f, -1, 2));
        Variable b = Variable.of("b", NDArray.scalar(0.25f));
        Tensor cost = x.mul(w).sum().add(b).sub(y).square().named("cost");
        List<List<Feed>> batches = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            batches.add(List.of(feed(x, new float[] {i, 1, 2 - i}), feed(y, i)));
        }
        try (Session session = new Session(1)) {
            return session.trace(new Adam(0.1).minimize(cost), batches);
        }
    }

    /** A softmax in single steps, whose numbers on the arrows are long and near each other. */
    static Trace softmax() {
        Tensor logits = Tensors.constant(2.0, 1, -1).named("logits");
        Tensor power = logits.exp();
        Tensor p = power.div(power.sum()).named("p");
        return Trace.of(p.log().mul(Tensors.constant(0.0, 1, 0)).sum().neg().named("loss"));
    }

    /** An image of 40 by 30 numbers. */
    static Trace image() {
        float[][] pixels = new float[40][30];
        for (int i = 0; i < 40; i++) {
            for (int j = 0; j < 30; j++) {
                pixels[i][j] = (float) Math.sin(i * 30 + j);
            }
        }
        return Trace.of(Tensors.constant(pixels).named("image").square().mean().named("power"));
    }

    /** Two layers in name scopes, on four examples. */
    static Trace mlp() {
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 2));
        Placeholder y = Placeholder.of("y", Shape.of(Shape.UNKNOWN, 2));
        Tensor hidden = layer("hidden", x, 3).relu();
        Tensor logits = layer("output", hidden, 2).named("logits");
        Tensor cost = cost(logits, y);
        try (Session session = new Session(1)) {
            return session.trace(
                    new GradientDescent(0.5).minimize(cost),
                    feed(x, new float[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}}),
                    feed(y, new float[][] {{1, 0}, {0, 1}, {0, 1}, {1, 0}}));
        }
    }

    @SuppressWarnings("try")
    private static Tensor cost(Tensor logits, Placeholder y) {
        try (NameScope scope = NameScope.open("loss")) {
            return Losses.softmaxCrossEntropy(logits, y).mean().named("cost");
        }
    }

    @SuppressWarnings("try")
    private static Tensor layer(String name, Tensor x, int units) {
        try (NameScope scope = NameScope.open(name)) {
            int inputs = x.shape().dim(-1);
            Variable weights = Variable.of("weights", Shape.of(inputs, units), Initializers.glorotUniform());
            Variable bias = Variable.of("bias", Shape.of(units), Initializers.zeros());
            return x.matmul(weights).add(bias).named("sum");
        }
    }

    /** About five thousand nodes, without scopes. */
    static Trace large() {
        Random random = new Random(5);
        List<Tensor> row = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            row.add(Tensors.scalar(random.nextGaussian(), DType.FLOAT64).named("x" + i));
        }
        for (int layer = 0; layer < 50; layer++) {
            List<Tensor> next = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                Tensor a = row.get(random.nextInt(row.size()));
                next.add(a.mul(0.5).add(row.get(i * row.size() / 24)).tanh());
            }
            row = next;
        }
        Tensor sum = row.get(0);
        for (Tensor term : row.subList(1, row.size())) {
            sum = sum.add(term);
        }
        return Trace.of(sum.square().named("cost"));
    }
}
