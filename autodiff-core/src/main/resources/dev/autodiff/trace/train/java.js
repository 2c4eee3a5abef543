// The same model as a Java program: it starts from the weights of this page and continues with the same numbers.
const javaCode = (() => {
  const array = x => x.shape.length === 1 ? "{" + Array.from(x.data).join(", ") + "}"
    : "{" + Array.from({length: x.shape[0]}, (_, i) => "{" + Array.from(x.data.slice(i * x.shape[1], (i + 1) * x.shape[1])).join(", ") + "}").join(", ") + "}";
  const ndarray = x => x.shape.length === 1 ? "NDArray.of(new double[] " + array(x) + ")" : "NDArray.of(new double[][] " + array(x) + ")";
  const activation = {tanh: x => x + ".tanh()", relu: x => x + ".relu()", sigmoid: x => x + ".sigmoid()", linear: x => x,
    leakyRelu: x => "Activations.leakyRelu(" + x + ", 0.01)", elu: x => "Activations.elu(" + x + ", 1)",
    softplus: x => "Activations.softplus(" + x + ")", sin: x => "Trigonometry.sin(" + x + ")"};
  const optimizer = {sgd: r => `new GradientDescent(${r})`, momentum: r => `new Momentum(${r}, 0.9)`, nesterov: r => `Momentum.nesterov(${r}, 0.9)`,
    adam: r => `new Adam(${r})`, rmsProp: r => `new RmsProp(${r})`, adagrad: r => `new Adagrad(${r})`};

  /** Returns a program that trains on all points of the page, one step after the other. */
  function of(trained) {
    const s = trained.settings, inputs = s.regression ? 1 : 2, count = s.widths.length + 1, lines = [];
    const put = text => lines.push("        " + text);
    put(`Placeholder x = Placeholder.of("X", DType.FLOAT64, Shape.of(Shape.UNKNOWN, ${inputs}));`);
    put('Placeholder y = Placeholder.of("Y", DType.FLOAT64, Shape.of(Shape.UNKNOWN, 1));');
    for (let i = 1; i <= count; i++) {
      for (const name of ["W" + i, "b" + i]) put(`Variable ${name.toLowerCase()} = Variable.of("${name}", ${ndarray(trained.values.get(name))});`);
    }
    let input = "x";
    for (let i = 1; i < count; i++) {
      const sum = activation[s.activation](`${input}.matmul(w${i}).add(b${i})`);
      put(`Tensor h${i} = ${s.dropout > 0 ? `Dropout.rate(${sum}, ${s.dropout})` : sum};`);
      input = "h" + i;
    }
    put(`Tensor z = ${input}.matmul(w${count}).add(b${count});`);
    put(`Tensor loss = ${s.regression ? "z.sub(y).square().mean()" : "CrossEntropy.sigmoid(z, y).mean()"};`);
    const weights = Array.from({length: count}, (_, i) => "w" + (i + 1));
    if (s.l2 > 0) put(`loss = loss.add(${weights.map(w => w + ".square().sum()").reduce((a, b) => a + ".add(" + b + ")")}.mul(${s.l2}));`);
    if (s.l1 > 0) put(`loss = loss.add(${weights.map(w => w + ".abs().sum()").reduce((a, b) => a + ".add(" + b + ")")}.mul(${s.l1}));`);
    put(`TrainOp train = ${optimizer[s.optimizer](s.rate)}.minimize(loss);`);
    const rows = trained.train.map(p => "{" + (s.regression ? [p[0]] : p.slice(0, 2)).join(", ") + "}"), targets = trained.train.map(p => "{" + p[2] + "}");
    put(`double[][] inputs = {${rows.join(", ")}};`);
    put(`double[][] targets = {${targets.join(", ")}};`);
    put("try (Session session = new Session(1)) {");
    put("    for (int step = 0; step < 100; step++) {");
    put("        session.run(train, feed(x, NDArray.of(inputs)), feed(y, NDArray.of(targets)));");
    put("    }");
    put('    System.out.println("loss " + session.run(loss, feed(x, NDArray.of(inputs)), feed(y, NDArray.of(targets))));');
    put("}");
    return IMPORTS + "public class Playground {\n    public static void main(String[] args) {\n" + lines.join("\n") + "\n    }\n}\n";
  }

  const IMPORTS = `import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.*;
import dev.autodiff.graph.*;
import dev.autodiff.nn.*;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.optimizer.*;

`;
  return {of};
})();
