package dev.autodiff.examples.lesson;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Table;
import dev.autodiff.examples.page.Chart;
import dev.autodiff.examples.page.LessonPage;
import dev.autodiff.graph.Attention;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.trace.Trace;
import java.util.List;
import java.util.stream.IntStream;

/** A lesson: scaled dot-product attention of three tokens in numbers, forward, backward, and learning. */
public final class AttentionOnThreeTokens {
    private static final List<String> TOKENS = List.of("the", "cat", "sleeps");
    private static final double[][] Q = {{1, 0}, {0, 1}, {2, -1}};
    private static final double[][] K = {{0, 1}, {2, 0}, {1, 1}};
    private static final double[][] V = {{1, 0}, {4, 2}, {0, -1}};
    private static final double[] TARGET = {4, 2};
    private static final int STEPS = 30;

    private AttentionOnThreeTokens() {}

    static void teach(LessonPage page) {
        forward(page);
        scaling(page);
        causal(page);
        backward(page);
        learning(page);
    }

    private static void forward(LessonPage page) {
        page.section("Queries, keys, values");
        page.paragraph(
                "Three tokens: the, cat, sleeps. Each has a query (what it looks for), a key (what it can be found by)"
                        + " and a value (what it has to give). In a model they are products of the token's features"
                        + " with three matrices that are learned; here they are given, two numbers each:");
        Table table = new Table("token", "query", "key", "value");
        for (int i = 0; i < 3; i++) {
            table.row(TOKENS.get(i), Numbers.list(Q[i]), Numbers.list(K[i]), Numbers.list(V[i]));
        }
        page.show(table);
        page.paragraph(
                "Take the token sleeps. Its query [2, -1] is compared with every key by a scalar product; the scores"
                        + " are"
                        + " divided by the root of the number of features, √2; softmax turns them into weights that add"
                        + " up to 1; and the token receives the mean of all values with these weights:");
        NDArray weights = weights().eval();
        NDArray scores = scores().eval();
        Table steps = new Table("compared with", "q·k", "/ √2", "weight", "value", "weight · value");
        for (int j = 0; j < 3; j++) {
            double weight = weights.get(2, j);
            steps.row(
                    TOKENS.get(j),
                    Numbers.brief(Q[2][0] * K[j][0] + Q[2][1] * K[j][1]),
                    Numbers.brief(scores.get(2, j)),
                    Numbers.brief(weight),
                    Numbers.list(V[j]),
                    Numbers.list(weight * V[j][0], weight * V[j][1]));
        }
        NDArray received = weights().matmul(Tensors.constant(V)).eval();
        steps.row("sum", "", "", Numbers.brief(weights.row(2).sum()), "", Numbers.brief(received.row(2)));
        page.show(steps);
        NDArray framework = Attention.scaledDotProduct(Tensors.constant(Q), Tensors.constant(K), Tensors.constant(V))
                .eval();
        page.paragraph("As matrices, for all tokens at once: softmax(Q·Kᵀ/√d)·V, a row of weights for each token that"
                + " asks.");
        Table all = new Table("token", "weights for the, cat, sleeps", "receives", "the framework's attention");
        for (int i = 0; i < 3; i++) {
            all.row(
                    TOKENS.get(i),
                    Numbers.brief(weights.row(i)),
                    Numbers.brief(received.row(i)),
                    Numbers.brief(framework.row(i)));
        }
        page.show(all);
        page.keyPoint("Attention is a lookup with soft answers: every value is taken, weighted by how well its key"
                + " fits.");
    }

    private static Tensor scores() {
        return Tensors.constant(Q).matmul(Tensors.constant(K).transpose()).div(Math.sqrt(2));
    }

    private static Tensor weights() {
        return scores().softmax(1);
    }

    private static void scaling(LessonPage page) {
        page.section("Why divide by √d");
        page.paragraph(
                "A scalar product of d random numbers of deviation 1 has the deviation √d: it grows with the number of"
                        + " features, and softmax of large numbers gives nearly all weight to one token. Where a weight"
                        + " is nearly 1 or 0, its slope p·(1 - p) is nearly 0, and nothing is learned. Measured over"
                        + " 1000 queries that meet 8 keys each:");
        Table table =
                new Table("d", "deviation of q·k", "largest weight, not divided", "largest weight, divided by √d");
        for (int d : new int[] {4, 64, 256}) {
            double[] measured = measure(d);
            table.row("" + d, Numbers.brief(measured[0]), Numbers.brief(measured[1]), Numbers.brief(measured[2]));
        }
        page.show(table);
    }

    /** Returns the deviation of scores, and the mean of the largest weight of each query, without and with scaling. */
    static double[] measure(int d) {
        Variable q = Variable.of("q", Shape.of(1000, d), Initializers.randomNormal(0, 1));
        Variable k = Variable.of("k", Shape.of(8, d), Initializers.randomNormal(0, 1));
        Tensor scores = q.matmul(k.transpose());
        try (Session session = new Session(1)) {
            List<NDArray> results = session.run(List.of(
                    scores,
                    scores.softmax(1).max(1).mean(),
                    scores.div(Math.sqrt(d)).softmax(1).max(1).mean()));
            return new double[] {
                results.get(0).std(), results.get(1).item(), results.get(2).item()
            };
        }
    }

    private static void causal(LessonPage page) {
        page.section("No looking ahead");
        page.paragraph("A model that predicts the next token must not see it. The scores of later tokens are set to"
                + " minus"
                + " infinity, so that softmax gives them the weight 0:");
        NDArray weights = Attention.weights(Tensors.constant(Q), Tensors.constant(K), null, true)
                .eval();
        Table table = new Table("token", "the", "cat", "sleeps");
        for (int i = 0; i < 3; i++) {
            table.row(
                    TOKENS.get(i),
                    Numbers.brief(weights.get(i, 0)),
                    Numbers.brief(weights.get(i, 1)),
                    Numbers.brief(weights.get(i, 2)));
        }
        page.show(table);
    }

    private static void backward(LessonPage page) {
        page.section("The way back");
        page.paragraph(
                "Let the token sleeps learn to receive what cat has to give, [4, 2]: the loss is half of the squared"
                        + " distance to it. The difference arrives from above, dO. Going back, each value receives its"
                        + " weight times dO, and each weight receives the scalar product of dO with its value:");
        Tensor q = Tensors.constant(new double[][] {Q[2]}).named("q");
        Tensor k = Tensors.constant(K).named("K");
        Tensor v = Tensors.constant(V).named("V");
        Tensor scores = q.matmul(k.transpose()).div(Math.sqrt(2)).named("scores");
        Tensor p = scores.softmax(1).named("p");
        Tensor out = p.matmul(v).named("out");
        Tensor loss = out.sub(Tensors.constant(new double[][] {TARGET}).named("target"))
                .square()
                .sum()
                .mul(0.5)
                .named("loss");
        Trace trace = Trace.of(loss);
        NDArray dOut = gradient(trace, out);
        page.show("out = " + Numbers.brief(trace.value(out).row(0)) + ",  dO = out - target = "
                + Numbers.brief(dOut.row(0)));
        double[] weights = trace.value(p).toDoubles();
        double[] dp = new double[3];
        double mean = 0;
        for (int j = 0; j < 3; j++) {
            dp[j] = dOut.at(0) * V[j][0] + dOut.at(1) * V[j][1];
            mean += weights[j] * dp[j];
        }
        Table table = new Table("token", "p", "dp = dO·value", "ds = p·(dp - Σ p·dp)", "ds, by the graph", "dV = p·dO");
        NDArray ds = gradient(trace, scores);
        NDArray dv = gradient(trace, v);
        for (int j = 0; j < 3; j++) {
            table.row(
                    TOKENS.get(j),
                    Numbers.brief(weights[j]),
                    Numbers.brief(dp[j]),
                    Numbers.brief(weights[j] * (dp[j] - mean)),
                    Numbers.brief(ds.at(j)),
                    Numbers.brief(dv.row(j)));
        }
        page.show(table);
        page.paragraph(
                "Softmax passes on differences to the mean, Σ p·dp = %s: a weight can only grow at the expense of"
                        + " others,"
                        + " so the numbers ds add up to 0. The score of cat has a gradient below 0: to lower the loss,"
                        + " it must grow. From the scores, the query receives the keys, and the keys the query, each"
                        + " times ds / √2:",
                Numbers.brief(mean));
        double[] dq = new double[2];
        for (int j = 0; j < 3; j++) {
            dq[0] += weights[j] * (dp[j] - mean) * K[j][0] / Math.sqrt(2);
            dq[1] += weights[j] * (dp[j] - mean) * K[j][1] / Math.sqrt(2);
        }
        page.show("dq = Σ ds·key / √2 = " + Numbers.list(dq) + "\nby the graph        = "
                + Numbers.brief(gradient(trace, q).row(0)));
        page.trace("token", "One token's attention: scores, weights p, and what it receives.", trace);
    }

    private static NDArray gradient(Trace trace, Tensor of) {
        return trace.gradient(of).orElseThrow();
    }

    /** Returns the weights of the three tokens before each step of training the query alone. */
    static double[][] train() {
        Variable q = Variable.of("q", NDArray.of(new double[][] {Q[2]}));
        Tensor p = q.matmul(Tensors.constant(K).transpose()).div(Math.sqrt(2)).softmax(1);
        Tensor out = p.matmul(Tensors.constant(V));
        Tensor loss = out.sub(Tensors.constant(new double[][] {TARGET}))
                .square()
                .sum()
                .mul(0.5);
        TrainOp train = new GradientDescent(0.5).minimize(loss);
        double[][] weights = new double[STEPS + 1][];
        try (Session session = new Session()) {
            for (int step = 0; step <= STEPS; step++) {
                weights[step] = session.run(train, List.of(p)).get(0).toDoubles();
            }
        }
        return weights;
    }

    private static void learning(LessonPage page) {
        page.section("Learning to look");
        double[][] weights = train();
        page.paragraph(
                "Keys and values stay, and the query alone takes steps of gradient descent with the learning rate 0.5."
                        + " After %d steps the weight of cat has grown from %s to %s:",
                STEPS, Numbers.brief(weights[0][1]), Numbers.brief(weights[STEPS][1]));
        Chart chart = new Chart("The weights of sleeps, step by step", "step", "weight").y(0, 1);
        for (int j = 0; j < 3; j++) {
            int token = j;
            chart.line(
                    TOKENS.get(j),
                    IntStream.rangeClosed(0, STEPS)
                            .mapToDouble(step -> weights[step][token])
                            .toArray());
        }
        page.figure("Nobody told the token where to look; the loss did.", chart);
        page.keyPoint("What arrives at a weight is the scalar product of the upstream gradient with its value: tokens"
                + " whose values help are looked at more.");
    }
}
