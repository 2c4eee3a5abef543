package dev.autodiff.check;

import dev.autodiff.array.NDArray;
import dev.autodiff.text.PlainText;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The result of a {@link GradientCheck}; prints as text for a person.
 *
 * @param subject the description of the result that was differentiated
 * @param checked the number of derivatives that were compared
 * @param findings the derivatives that are wrong, the worst first; empty if the check passed
 * @param refusal the reason why nothing could be concluded, or empty
 * @param suspect the operation whose rule is wrong, with the rule; empty if it could not be found
 * @param largestDifference the largest difference between a numeric and a symbolic derivative, relative to the larger
 * @param inputs the values at which it was checked
 */
public record CheckReport(
        String subject,
        int checked,
        List<Finding> findings,
        String refusal,
        String suspect,
        double largestDifference,
        List<Input> inputs) {
    private static final int SHOWN = 5;

    /** The first words about a place without a derivative. */
    static final String KINK = "a kink or jump";

    /** A tensor that was varied, and its value. */
    public record Input(String tensor, NDArray value) {}

    /**
     * One derivative that is wrong or could not be determined.
     *
     * @param order 1 for a gradient, 2 for a gradient of the gradient
     * @param tensor the name of the tensor that was varied
     * @param index the index of its element
     * @param at the value of that element
     * @param numeric the derivative by finite differences
     * @param error the estimated error of the numeric derivative
     * @param symbolic the derivative by the rules
     * @param problem the description of the problem
     */
    public record Finding(
            int order,
            String tensor,
            List<Integer> index,
            double at,
            double numeric,
            double error,
            double symbolic,
            String problem) {
        /** Tells whether the two values are known to differ, rather than that one could not be determined. */
        boolean isMismatch() {
            return !problem.startsWith(KINK)
                    && Double.isFinite(numeric)
                    && (Double.isNaN(symbolic) || Math.abs(numeric - symbolic) > 2 * error);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%s derivative by %s%s (which is %.6g): numeric %.10g (good to %.1e), symbolic %.10g: %s",
                    order == 1 ? "1st" : "2nd",
                    tensor,
                    index.isEmpty() ? "" : " at " + index,
                    at,
                    numeric,
                    error,
                    symbolic,
                    problem);
        }
    }

    /** Copies the lists. */
    public CheckReport {
        findings = List.copyOf(findings);
        inputs = List.copyOf(inputs);
    }

    /** Tells whether every derivative agrees, and the check could have failed. */
    public boolean passed() {
        return findings.isEmpty() && refusal.isEmpty();
    }

    /**
     * Throws if the check did not pass.
     *
     * @return this report
     * @throws AssertionError with this report as its message
     */
    public CheckReport throwIfFailed() {
        if (!passed()) {
            throw new AssertionError(toString());
        }
        return this;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Gradient check of ")
                .append(PlainText.of(subject))
                .append(": ");
        if (passed()) {
            return text.append(String.format(
                            Locale.ROOT,
                            "passed, %d derivatives, largest relative difference %.1e",
                            checked,
                            largestDifference))
                    .toString();
        }
        text.append(findings.isEmpty() ? "not possible" : "failed for " + findings.size() + " of " + checked);
        if (!refusal.isEmpty()) {
            text.append("\n  ").append(refusal);
        }
        if (!suspect.isEmpty()) {
            text.append("\n  the rule at fault: ").append(suspect);
        }
        findings.stream().limit(SHOWN).forEach(finding -> text.append("\n  ").append(finding));
        if (findings.size() > SHOWN) {
            text.append("\n  and ").append(findings.size() - SHOWN).append(" more");
        }
        for (Input input : inputs) {
            String value = input.value().toString().replace("\n", "\n      ");
            text.append("\n  ")
                    .append(input.tensor())
                    .append(" ")
                    .append(input.value().shape());
            text.append(" =\n      ").append(value);
        }
        return PlainText.of(text.toString());
    }

    static List<Integer> index(NDArray array, int position) {
        Integer[] index = new Integer[array.shape().rank()];
        int rest = position;
        for (int axis = index.length - 1; axis >= 0; axis--) {
            index[axis] = rest % array.dim(axis);
            rest /= array.dim(axis);
        }
        return Arrays.asList(index);
    }
}
