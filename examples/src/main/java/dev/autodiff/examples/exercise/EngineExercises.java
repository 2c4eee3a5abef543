package dev.autodiff.examples.exercise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Exercises in which the learner writes an engine of scalars, step by step: the class {@code Scalar}. */
final class EngineExercises {
    private EngineExercises() {}

    // ---- 1. numbers that remember ----

    static String nodes(Answer answer) {
        Object a = answer.create(3);
        Object b = answer.create(-2);
        result(answer, "add", a, b, 1);
        result(answer, "mul", a, b, -6);
        Object twice = answer.call(a, "add", a);
        if (operands(answer, twice).size() != 2) {
            throw new Answer.Problem("In a.add(a), a is an operand twice, so there are two operands, not "
                    + operands(answer, twice).size() + ": a list, not a set.");
        }
        if (!operands(answer, a).isEmpty()) {
            throw new Answer.Problem(
                    "After a.add(b), a itself has operands: leave this one as it is and make a new" + " Scalar.");
        }
        return "Each result remembers what it was computed from: that is the graph.";
    }

    private static void result(Answer answer, String method, Object a, Object b, double right) {
        Object y = answer.call(a, method, b);
        String call = "a." + method + "(b) with a = 3, b = -2 ";
        double data = data(answer, y);
        if (data != right) {
            throw new Answer.Problem(call + "is " + right + ", not " + data + ".");
        }
        List<?> operands = operands(answer, y);
        if (operands.isEmpty()) {
            throw new Answer.Problem(
                    call + "has no operands: give the constructor both numbers as a list," + " List.of(this, other).");
        }
        if (operands.size() != 2 || operands.get(0) != a || operands.get(1) != b) {
            throw new Answer.Problem(call + "should have the operands a and b themselves, in this order: the objects,"
                    + " not copies of them.");
        }
    }

    // ---- 2. local derivatives ----

    static String locals(Answer answer) {
        Object a = answer.create(3);
        Object b = answer.create(-2);
        Grading grading = new Grading();
        grading.add("a.add(b) with a = 3, b = -2", locals(answer, answer.call(a, "add", b)))
                .right(new double[] {1, 1});
        grading.add("a.mul(b) with a = 3, b = -2", locals(answer, answer.call(a, "mul", b)))
                .right(new double[] {-2, 3})
                .slip(
                        "Of a product, the derivative by one factor is the other factor: the two are swapped.",
                        new double[] {3, -2})
                .slip("1 and 1 are the local derivatives of a sum. A product has the other factor.", new double[] {1, 1
                });
        for (double x : new double[] {0.5, -1}) {
            double t = Math.tanh(x);
            grading.add("x.tanh() with x = " + x, locals(answer, answer.call(answer.create(x), "tanh")))
                    .right(1 - t * t)
                    .slip("The square is that of the result: 1 - t², with t = tanh(x), not 1 - x².", 1 - x * x)
                    .slip("The derivative of tanh is 1 - t², with a square.", 1 - t)
                    .slip("That is the rule of sigmoid. Tanh has 1 - t².", t * (1 - t))
                    .slip("That is the result, not its derivative, 1 - t².", t);
        }
        return grading.verdict("Sum, product and tanh know their own calculus; no other rule is needed for a neuron.");
    }

    private static double[] locals(Answer answer, Object y) {
        if (!(answer.field(y, "locals") instanceof List<?> list)) {
            throw new Answer.Problem("The field locals should stay a list.");
        }
        return list.stream().mapToDouble(each -> Grading.numbers(each)[0]).toArray();
    }

    // ---- 3. the order ----

    static String order(Answer answer) {
        Object a = answer.create(2);
        Object b = answer.call(a, "add", a);
        Object c = answer.call(b, "mul", a);
        check(answer, ordered(answer, c), "c = (a + a)·a", List.of("a", "b = a + a", "c"), a, b, c);
        Object x = answer.create(1);
        Object y = answer.create(2);
        Object product = answer.call(x, "mul", y);
        Object t = answer.call(product, "tanh");
        Object both = answer.call(t, "add", product);
        check(
                answer,
                ordered(answer, both),
                "tanh(p) + p with p = x·y",
                List.of("x", "y", "p", "tanh(p)", "the sum"),
                x,
                y,
                product,
                t,
                both);
        Object deep = a;
        for (int i = 0; i < 20; i++) {
            deep = answer.call(deep, "add", deep);
        }
        int visited = ordered(answer, deep).size();
        if (visited != 21) {
            throw new Answer.Problem("Twenty doublings of a number are 21 numbers, but the order has " + visited + ".");
        }
        return "Operands before results, each once: walked from its end, it is the order of backpropagation.";
    }

    private static List<?> ordered(Answer answer, Object result) {
        if (!(answer.call(result, "order") instanceof List<?> list)) {
            throw new Answer.Problem("order should return a list.");
        }
        return list;
    }

    private static void check(Answer answer, List<?> order, String name, List<String> names, Object... nodes) {
        List<Object> all = Arrays.asList(nodes);
        List<String> told = new ArrayList<>();
        order.forEach(each -> told.add(identity(all, each) < 0 ? "another" : names.get(identity(all, each))));
        String yours = "\n  the order of " + name + "\n  yours " + told;
        if (order.isEmpty()) {
            throw new Answer.Problem("The order is empty: visit adds nothing to the list." + yours);
        }
        if (order.stream().distinct().count() < order.size()) {
            throw new Answer.Problem("A number stands in the order twice, as it is used twice. Return at once if it is"
                    + " there already." + yours);
        }
        if (order.size() < nodes.length) {
            throw new Answer.Problem("Numbers are missing: visit the operands of the operands, too." + yours);
        }
        for (int i = 0; i < order.size(); i++) {
            for (Object operand : operands(answer, order.get(i))) {
                if (identity(order, operand) > i) {
                    throw new Answer.Problem("A result stands before one of its operands: add this one after its"
                            + " operands have been visited, not before." + yours);
                }
            }
        }
    }

    /** Returns the place of an object in a list, or -1. */
    private static int identity(List<?> all, Object object) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i) == object) {
                return i;
            }
        }
        return -1;
    }

    // ---- 4. backward ----

    static String backward(Answer answer) {
        Object a = answer.create(3);
        Object b = answer.create(-2);
        Object product = answer.call(a, "mul", b);
        answer.call(product, "backward");
        String seed = "The result's own gradient must be set to 1: with 0, nothing flows.";
        Grading grading = new Grading();
        grading.add("y = a·b with a = 3, b = -2; the gradients of y, a and b", gradients(answer, product, a, b))
                .right(new double[] {1, -2, 3})
                .slip(seed, new double[] {0, 0, 0})
                .slip("Only the result has a gradient: it is not passed on to its operands.", new double[] {1, 0, 0})
                .slip("The local derivatives are not used.", new double[] {1, 1, 1});

        // f = tanh(x·w)·w by w: along two paths, through three operations
        double x = 0.5;
        double w = 0.8;
        double t = Math.tanh(x * w);
        double slope = 1 - t * t;
        Object xNode = answer.create(x);
        Object wNode = answer.create(w);
        Object f = answer.call(answer.call(answer.call(xNode, "mul", wNode), "tanh"), "mul", wNode);
        answer.call(f, "backward");
        String given = "f = tanh(x·w)·w with x = 0.5, w = 0.8; the gradients of x and w";
        String upstream = "What a number passes on is its own gradient times the local derivative: the upstream"
                + " gradient is forgotten.";
        String forward = "The order has operands first: walk it from its end, the result, back to its beginning.";
        String overwritten = "w is used twice, and the later contribution overwrites the earlier one: += instead of =.";
        grading.add(given, gradients(answer, xNode, wNode))
                .right(new double[] {w * slope * w, w * slope * x + t})
                .slip(overwritten, new double[] {w * slope * w, w * slope * x})
                .slip(overwritten, new double[] {w * slope * w, t})
                .slip(upstream, new double[] {w, x + t})
                .slip(forward, new double[] {0, t})
                .slip(seed, new double[] {0, 0});
        answer.call(f, "backward");
        grading.add(given + ", after backward was called again", gradients(answer, xNode, wNode))
                .right(new double[] {w * slope * w, w * slope * x + t})
                .slip(
                        "Called again, the gradients are added to those of the first time: set them to 0 at the"
                                + " beginning.",
                        new double[] {4 * w * slope * w, 4 * w * slope * x + 2 * t})
                .slip(seed, new double[] {0, 0})
                .slip(overwritten, new double[] {w * slope * w, w * slope * x})
                .slip(overwritten, new double[] {w * slope * w, t})
                .slip(forward, new double[] {0, t})
                .slip(upstream, new double[] {w, x + t});
        return grading.verdict("Products, tanh, two uses of one number, and twice in a row: that is backpropagation.");
    }

    private static double[] gradients(Answer answer, Object... nodes) {
        return Arrays.stream(nodes)
                .mapToDouble(node -> Grading.numbers(answer.field(node, "gradient"))[0])
                .toArray();
    }

    // ---- 5. a neuron that learns ----

    static String training(Answer answer) {
        double[] xs = {-1, 0.5, 2};
        double[] ys = {-0.8, 0.1, 0.9};
        Grading grading = new Grading();
        for (int steps : new int[] {1, 2, 50}) {
            grading.add(
                            "three examples, rate 0.1, " + steps + (steps == 1 ? " step" : " steps") + ": w and b",
                            answer.call("train", xs.clone(), ys.clone(), 0.1, steps))
                    .right(trained(xs, ys, 0.1, steps, 1, false))
                    .slip("w and b have not changed: write into w.data and b.data.", new double[] {0.5, 0})
                    .slip("That climbs: a step goes against the gradient, -=.", trained(xs, ys, -0.1, steps, 1, false))
                    .slip("The rate is missing.", trained(xs, ys, 1, steps, 1, false))
                    .slip("b has not changed: it is trained like w.", trained(xs, ys, 0.1, steps, 0, false))
                    .slip(
                            "The gradients of earlier steps are still in the sum: backward must set them to 0 first.",
                            trained(xs, ys, 0.1, steps, 1, true));
        }
        return grading.verdict("Fifty steps of your own engine: it is the training loop of every framework.");
    }

    /** Returns w and b after gradient descent, in plain arithmetic. */
    private static double[] trained(
            double[] xs, double[] ys, double rate, int steps, double bias, boolean accumulated) {
        double w = 0.5;
        double b = 0;
        double dw = 0;
        double db = 0;
        for (int step = 0; step < steps; step++) {
            dw = accumulated ? dw : 0;
            db = accumulated ? db : 0;
            for (int i = 0; i < xs.length; i++) {
                double t = Math.tanh(w * xs[i] + b);
                double upstream = 2 * (t - ys[i]) * (1 - t * t);
                dw += upstream * xs[i];
                db += upstream;
            }
            w -= rate * dw;
            b -= bias * rate * db;
        }
        return new double[] {w, b};
    }

    private static double data(Answer answer, Object node) {
        return Grading.numbers(answer.field(node, "data"))[0];
    }

    private static List<?> operands(Answer answer, Object node) {
        if (!(answer.field(node, "operands") instanceof List<?> list)) {
            throw new Answer.Problem("The field operands should stay a list.");
        }
        return list;
    }
}
