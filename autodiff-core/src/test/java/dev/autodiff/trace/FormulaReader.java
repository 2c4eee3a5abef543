package dev.autodiff.trace;

import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A reader of formulas with numbers in them, which computes them as a person with a pocket calculator would. */
final class FormulaReader {
    private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)?(e-?\\d+)?");
    private static final Pattern WORD = Pattern.compile("[a-z]+\\d?[a-z]?");
    private static final Map<String, DoubleUnaryOperator> FUNCTIONS = Map.ofEntries(
            Map.entry("log", Math::log),
            Map.entry("cbrt", Math::cbrt),
            Map.entry("tanh", Math::tanh),
            Map.entry("sin", Math::sin),
            Map.entry("cos", Math::cos),
            Map.entry("tan", Math::tan),
            Map.entry("asin", Math::asin),
            Map.entry("acos", Math::acos),
            Map.entry("atan", Math::atan),
            Map.entry("sinh", Math::sinh),
            Map.entry("cosh", Math::cosh),
            Map.entry("asinh", x -> Math.log(x + Math.sqrt(x * x + 1))),
            Map.entry("acosh", x -> Math.log(x + Math.sqrt(x * x - 1))),
            Map.entry("atanh", x -> Math.log((1 + x) / (1 - x)) / 2),
            Map.entry("sign", Math::signum),
            Map.entry("sigmoid", x -> 1 / (1 + Math.exp(-x))),
            Map.entry("softplus", x -> Math.log(1 + Math.exp(x))),
            Map.entry("erf", FormulaReader::erf));

    private static final Map<String, DoubleBinaryOperator> OF_TWO =
            Map.of("max", Math::max, "min", Math::min, "atan2", Math::atan2);

    private final String text;
    private int at;

    private FormulaReader(String text) {
        this.text = text.replace("−", "-");
    }

    static double compute(String formula) {
        if (formula.contains("half of it where equal")) {
            String[] parts = formula.split(" where |, half", -1);
            return holds(parts[1]) ? compute(parts[0]) : 0;
        }
        String[] condition = formula.split(" where |, else ", -1);
        if (condition.length == 3) {
            return holds(condition[1]) ? compute(condition[0]) : compute(condition[2]);
        }
        FormulaReader reader = new FormulaReader(formula);
        double value = reader.sum();
        reader.blanks();
        if (reader.at < reader.text.length()) {
            throw new IllegalArgumentException("\"" + formula + "\" is not understood from character " + reader.at);
        }
        return value;
    }

    private static boolean holds(String condition) {
        if (condition.contains(" ≤ ")) {
            double[] sides = Arrays.stream(condition.split(" ≤ ", -1))
                    .mapToDouble(FormulaReader::compute)
                    .toArray();
            return sides[0] <= sides[1] && sides[1] <= sides[2];
        }
        if (condition.contains(" is ")) {
            String[] sides = condition.split(" is not | is ", -1);
            return (compute(sides[0]) == 0) != condition.contains(" is not ");
        }
        String[] sides = condition.split(" [<>] ", -1);
        return condition.contains(" < ")
                ? compute(sides[0]) < compute(sides[1])
                : compute(sides[0]) > compute(sides[1]);
    }

    private void blanks() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private boolean take(String sign) {
        blanks();
        boolean there = text.startsWith(sign, at);
        at += there ? sign.length() : 0;
        return there;
    }

    private double sum() {
        double value = product();
        while (true) {
            if (take("+")) {
                value += product();
            } else if (take("-")) {
                value -= product();
            } else {
                return value;
            }
        }
    }

    private double product() {
        double value = signed();
        while (true) {
            if (take("·")) {
                value *= signed();
            } else if (take("/")) {
                value /= signed();
            } else {
                return value;
            }
        }
    }

    private double signed() {
        return take("-") ? -signed() : power();
    }

    private double power() {
        double base = atom();
        if (take("²")) {
            return base * base;
        }
        if (take("³")) {
            return base * base * base;
        }
        return take("^") ? Math.pow(base, signed()) : base;
    }

    private double atom() {
        if (take("(")) {
            double value = sum();
            expect(")");
            return value;
        }
        if (take("|")) {
            double value = sum();
            expect("|");
            return Math.abs(value);
        }
        if (take("⌊")) {
            double value = sum();
            expect("⌋");
            return Math.floor(value);
        }
        if (take("√")) {
            return Math.sqrt(atom());
        }
        if (take("π")) {
            return Math.PI;
        }
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        if (number.lookingAt()) {
            at = number.end();
            return Double.parseDouble(number.group());
        }
        return word();
    }

    private double word() {
        blanks();
        if (text.startsWith("e^", at)) {
            at++;
            return Math.E;
        }
        Matcher word = WORD.matcher(text).region(at, text.length());
        if (!word.lookingAt()) {
            throw new IllegalArgumentException("\"" + text + "\" is not understood from character " + at);
        }
        at = word.end();
        DoubleBinaryOperator ofTwo = OF_TWO.get(word.group());
        if (ofTwo != null) {
            expect("(");
            double a = sum();
            expect(",");
            double b = sum();
            expect(")");
            return ofTwo.applyAsDouble(a, b);
        }
        DoubleUnaryOperator function = FUNCTIONS.get(word.group());
        if (function == null) {
            throw new IllegalArgumentException("\"" + word.group() + "\" is not understood in " + text);
        }
        return function.applyAsDouble(atom());
    }

    private void expect(String sign) {
        if (!take(sign)) {
            throw new IllegalArgumentException("\"" + text + "\" has no " + sign + " at character " + at);
        }
    }

    /** Computes the error function by its series, exact enough for small arguments. */
    private static double erf(double x) {
        double sum = 0;
        double term = x;
        for (int n = 0; n < 60; n++) {
            sum += term / (2 * n + 1);
            term *= -x * x / (n + 1);
        }
        return 2 / Math.sqrt(Math.PI) * sum;
    }
}
