package dev.autodiff.io.code;

import dev.autodiff.graph.Tensor;
import java.util.List;

/**
 * A tensor as a Java expression.
 *
 * @param text the expression, in which {@code $0}, {@code $1} and so on stand for the operands
 * @param operands the operands, which need not be all those of the graph's node
 */
record Expression(String text, List<Tensor> operands) {

    static Expression of(String text, Tensor... operands) {
        return new Expression(text, List.of(operands));
    }

    /** Returns the call of a method of the first operand with the others, and with texts behind them. */
    static Expression method(String name, List<Tensor> operands, String... more) {
        return new Expression("$0." + name + "(" + arguments(1, operands.size(), more) + ")", operands);
    }

    /** Returns the call of a function, as {@code Arithmetic.clip}, with operands, and with texts behind them. */
    static Expression function(String name, List<Tensor> operands, String... more) {
        return new Expression(name + "(" + arguments(0, operands.size(), more) + ")", operands);
    }

    private static String arguments(int from, int to, String... more) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(text.isEmpty() ? "" : ", ").append('$').append(i);
        }
        for (String argument : more) {
            if (!argument.isEmpty()) {
                text.append(text.isEmpty() ? "" : ", ").append(argument);
            }
        }
        return text.toString();
    }

    /** Tells whether the expression is a method of its first operand, so that calls can follow each other. */
    boolean isMethod() {
        return text.startsWith("$0.");
    }

    /** Returns the expression with texts for its operands. */
    String with(List<String> names) {
        StringBuilder filled = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next == '$' && Character.isDigit(text.charAt(i + 1))) {
                int end = i + 1;
                while (end < text.length() && Character.isDigit(text.charAt(end))) {
                    end++;
                }
                filled.append(names.get(Integer.parseInt(text.substring(i + 1, end))));
                i = end - 1;
            } else {
                filled.append(next);
            }
        }
        return filled.toString();
    }
}
