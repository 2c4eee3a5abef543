// The same model as a Java program: it starts from the weights of this page, from what the optimizer remembers and from
// the same random numbers, and continues with the same numbers.
const javaCode = (() => {
  const list = data => "{" + Array.from(data, v => Number.isFinite(v) ? v : "Double.NaN").join(", ") + "}";
  const array = x => x.shape.length === 1 ? list(x.data)
    : "{" + Array.from({length: x.shape[0]}, (_, i) => list(x.data.slice(i * x.shape[1], (i + 1) * x.shape[1]))).join(", ") + "}";
  const ndarray = x => x.shape.length === 1 ? "NDArray.of(new double[] " + array(x) + ")" : "NDArray.of(new double[][] " + array(x) + ")";
  const activation = {tanh: x => x + ".tanh()", relu: x => x + ".relu()", sigmoid: x => x + ".sigmoid()", linear: x => x,
    leakyRelu: x => "Activations.leakyRelu(" + x + ", 0.01)", elu: x => "Activations.elu(" + x + ", 1)",
    softplus: x => "Activations.softplus(" + x + ")", sin: x => "Trigonometry.sin(" + x + ")"};
  const optimizer = {sgd: r => `new GradientDescent(${r})`, momentum: r => `new Momentum(${r}, 0.9)`, nesterov: r => `Momentum.nesterov(${r}, 0.9)`,
    adam: r => `new Adam(${r})`, rmsProp: r => `new RmsProp(Schedule.constant(${r}), 0.9, 1e-10)`, adagrad: r => `new Adagrad(Schedule.constant(${r}), 1e-10)`};
  const slots = {sgd: [], momentum: ["momentum"], nesterov: ["momentum"], adam: ["m", "v"], rmsProp: ["meanSquare"], adagrad: ["sum"]};

  /** Returns a program that goes on for 100 training steps; it prints the loss on all training points after each tenth. */
  function of(trained) {
    if (trained.pending) trained.trainStep();
    const s = trained.settings, inputs = s.regression ? 1 : 2, count = s.widths.length + 1, lines = [];
    const put = text => lines.push("        " + text);
    put(`Placeholder x = Placeholder.of("X", DType.FLOAT64, Shape.of(Shape.UNKNOWN, ${inputs}));`);
    put('Placeholder y = Placeholder.of("Y", DType.FLOAT64, Shape.of(Shape.UNKNOWN, 1));');
    for (let i = 1; i <= count; i++) {
      for (const name of ["W" + i, "b" + i]) put(`Variable ${name.toLowerCase()} = Variable.of("${name}", ${ndarray(trained.values.get(name))});`);
    }
    const masks = s.dropout > 0 ? s.widths.map((_, i) => "mask" + (i + 1)) : [];
    masks.forEach((name, i) => put(`Placeholder ${name} = Placeholder.of("${name}", DType.FLOAT64, Shape.of(Shape.UNKNOWN, ${s.widths[i]}));`));
    let input = "x";
    for (let i = 1; i < count; i++) {
      put(`Tensor h${i} = ${activation[network.activationOf(s, i - 1)](`${input}.matmul(w${i}).add(b${i})`)}${masks.length ? `.mul(${masks[i - 1]})` : ""};`);
      input = "h" + i;
    }
    put(`Tensor z = ${input}.matmul(w${count}).add(b${count});`);
    const weights = Array.from({length: count}, (_, i) => "w" + (i + 1)), sum = f => weights.map(f).reduce((a, b) => a + ".add(" + b + ")");
    const penalty = (s.l2 > 0 ? `.add(${sum(w => w + ".square().sum()")}.mul(${s.l2}))` : "") + (s.l1 > 0 ? `.add(${sum(w => w + ".abs().sum()")}.mul(${s.l1}))` : "");
    put(`Tensor loss = ${s.regression ? "z.sub(y).square().mean()" : "CrossEntropy.sigmoid(z, y).mean()"}${penalty};`);
    put(`TrainOp train = ${optimizer[s.optimizer](s.rate)}.minimize(loss);`);
    memory(trained, put);
    put(`double[][] inputs = columns(0, ${inputs});`);
    put(`double[][] targets = columns(${inputs}, ${inputs + 1});`);
    const size = Math.min(s.batch, trained.train.length), feeds = (n, mask) => masks.map((name, i) => `, feed(${name}, NDArray.of(mask(${n}, ${s.widths[i]}, ${mask})))`).join("");
    put("try (Session session = new Session(1)) {");
    put("    for (int step = 1; step <= 100; step++) {");
    put(`        int[] rows = batch(${size}, inputs.length);`);
    put(`        session.run(train, feed(x, NDArray.of(rows(inputs, rows))), feed(y, NDArray.of(rows(targets, rows)))${feeds(size, 1 - s.dropout)});`);
    put("        if (step % 10 == 0) {");
    put(`            NDArray now = session.run(loss, feed(x, NDArray.of(inputs)), feed(y, NDArray.of(targets))${feeds("inputs.length", 1)});`);
    put('            System.out.println("step " + (' + trained.step + ' + step) + ": loss " + now.item());');
    put("        }");
    put("    }");
    put("}");
    const fields = `    private static int random = ${trained.next.state()}; // the state of the random numbers of the page\n`
      + `    private static final Deque<Integer> ORDER = new ArrayDeque<>(List.of(${trained.order.join(", ")}));\n\n`;
    const points = trained.train.map(p => '            "' + (s.regression ? [p[0], p[2]] : p).join(" ") + '"').join(",\n");
    const data = "    private static final String[] POINTS = {\n" + points + "\n    };\n\n";
    return IMPORTS + "public class Playground {\n" + data + fields + "    public static void main(String[] args) {\n" + lines.join("\n") + "\n    }\n\n" + BATCHES
      + (masks.length ? MASK : "") + "}\n";
  }

  // What the optimizer remembers is kept in variables that its assignments write.
  function memory(trained, put) {
    const {optimizer: rule} = trained.settings, kept = [];
    for (const [name, list] of trained.memories) list.forEach((value, i) => kept.push([name + "/" + slots[rule][i], ndarray(value)]));
    if (rule === "adam" && kept.length) kept.push(["Adam/step", `NDArray.scalar(${trained.step - trained.restarted}.0)`]);
    if (!kept.length) return;
    put("Map<String, NDArray> memory = new HashMap<>();");
    for (const [name, value] of kept) put(`memory.put("${name}", ${value});`);
    put("for (Tensor assignment : train.assignments()) {");
    put("    Variable kept = (Variable) Tensors.assignedBy(assignment).orElseThrow();");
    put("    if (memory.containsKey(kept.name())) {");
    put("        kept.assign(memory.get(kept.name()));");
    put("    }");
    put("}");
  }

  const BATCHES = `    /** The next random number from 0 to below 1 (mulberry32), as the page makes it. */
    private static double next() {
        random += 0x6D2B79F5;
        int t = (random ^ (random >>> 15)) * (1 | random);
        t = (t + ((t ^ (t >>> 7)) * (61 | t))) ^ t;
        return Integer.toUnsignedLong(t ^ (t >>> 14)) / 4294967296.0;
    }

    /** The places of the next points, in an order that is shuffled anew in each epoch. */
    private static int[] batch(int size, int points) {
        while (ORDER.size() < size) {
            Integer[] order = new Integer[points];
            Arrays.setAll(order, i -> i);
            for (int i = points - 1; i > 0; i--) {
                int j = (int) (next() * (i + 1));
                Integer moved = order[i];
                order[i] = order[j];
                order[j] = moved;
            }
            ORDER.addAll(List.of(order));
        }
        int[] rows = new int[size];
        Arrays.setAll(rows, i -> ORDER.remove());
        return rows;
    }

    private static double[][] columns(int from, int to) {
        return Arrays.stream(POINTS)
                .map(line -> Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray())
                .map(numbers -> Arrays.copyOfRange(numbers, from, to))
                .toArray(double[][]::new);
    }

    private static double[][] rows(double[][] all, int[] rows) {
        double[][] chosen = new double[rows.length][];
        Arrays.setAll(chosen, i -> all[rows[i]]);
        return chosen;
    }
`;

  const MASK = `
    /** A mask of dropout: 0 for what is dropped. */
    private static double[][] mask(int rows, int columns, double keep) {
        double[][] mask = new double[rows][columns];
        for (double[] row : mask) {
            Arrays.setAll(row, i -> keep == 1 || next() < keep ? 1 / keep : 0);
        }
        return mask;
    }
`;

  const IMPORTS = `import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.*;
import dev.autodiff.graph.*;
import dev.autodiff.nn.*;
import dev.autodiff.nn.optimizer.*;
import java.util.*;

`;
  return {of};
})();
