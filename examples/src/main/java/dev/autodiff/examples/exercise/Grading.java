package dev.autodiff.examples.exercise;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A comparison of a learner's results with the right ones, and with what common mistakes compute, so that a mistake is
 * answered with its name and not only with numbers.
 */
final class Grading {
    /** The largest difference that rounding may make, relative to the right number. */
    private static final double TOLERANCE = 1e-9;

    private final List<Case> cases = new ArrayList<>();

    /** The result of a mistake. */
    private record Slip(String advice, Object value) {}

    /** One result of the learner's, with the right one and the results of mistakes. */
    static final class Case {
        private final String given;
        private final Object result;
        private Object right = "";
        private final List<Slip> slips = new ArrayList<>();

        private Case(String given, Object result) {
            this.given = given;
            this.result = result;
        }

        /** Sets the right result: a number, an array of numbers, or rows of them. */
        Case right(Object value) {
            right = value;
            return this;
        }

        /** Adds the result of a mistake, with the advice for it. */
        Case slip(String advice, Object value) {
            slips.add(new Slip(advice, value));
            return this;
        }

        private boolean isRight() {
            return close(result, right);
        }

        private boolean isExplainedBy(String advice) {
            return slips.stream().anyMatch(slip -> slip.advice.equals(advice) && close(result, slip.value));
        }
    }

    /**
     * Adds a result.
     *
     * @param given the arguments, in words
     * @param result the learner's result for them
     */
    Case add(String given, Object result) {
        Case added = new Case(given, result);
        cases.add(added);
        return added;
    }

    /**
     * Returns the praise if all results are right.
     *
     * @throws Answer.Problem otherwise; with the advice for a mistake if it explains all wrong results
     */
    String verdict(String praise) {
        List<Case> wrong = cases.stream().filter(each -> !each.isRight()).toList();
        if (wrong.isEmpty()) {
            return praise;
        }
        Case first = wrong.get(0);
        throw new Answer.Problem(advice(wrong) + "\n  given " + first.given + "\n  yours " + text(first.result)
                + "\n  right " + text(first.right));
    }

    private static String advice(List<Case> wrong) {
        Case first = wrong.get(0);
        Optional<String> slip = first.slips.stream()
                .map(Slip::advice)
                .filter(advice -> wrong.stream().allMatch(each -> each.isExplainedBy(advice)))
                .findFirst();
        if (slip.isPresent()) {
            return slip.get();
        }
        double[] yours = numbers(first.result);
        double[] right = numbers(first.right);
        if (yours.length > 0 && Arrays.stream(yours).allMatch(v -> v == 0)) {
            return "Everything is still 0: the method is not complete yet.";
        }
        if (yours.length != right.length) {
            return "There should be " + count(right.length) + ", not " + yours.length + ".";
        }
        if (close(first.result, Arrays.stream(right).map(v -> -v).toArray())) {
            return "The sign is wrong: each number is minus the right one.";
        }
        if (Arrays.stream(yours).anyMatch(v -> !Double.isFinite(v))) {
            return "There is a number that is infinite or not a number: which step of yours makes the first one?";
        }
        return "That is not it.";
    }

    private static String count(int numbers) {
        return numbers == 1 ? "1 number" : numbers + " numbers";
    }

    /** Tells whether two results have the same numbers, up to rounding. */
    static boolean close(Object given, Object right) {
        double[] a = numbers(given);
        double[] b = numbers(right);
        if (a.length != b.length) {
            return false;
        }
        for (int i = 0; i < a.length; i++) {
            boolean bothNaN = Double.isNaN(a[i]) && Double.isNaN(b[i]);
            if (!bothNaN && !(Math.abs(a[i] - b[i]) <= TOLERANCE * (1 + Math.abs(b[i])))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the numbers of a result, row after row.
     *
     * @throws Answer.Problem if it is none
     */
    static double[] numbers(Object result) {
        if (result instanceof Number number) {
            return new double[] {number.doubleValue()};
        }
        if (result instanceof double[] array) {
            return array;
        }
        if (result instanceof double[][] rows) {
            return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
        }
        if (result instanceof Tensor tensor) {
            return tensor.eval().toDoubles();
        }
        throw new Answer.Problem("The method returns no numbers, but " + result + ": keep the type that it had.");
    }

    private static String text(Object result) {
        if (result instanceof double[] array) {
            return NDArray.of(array).toString();
        }
        if (result instanceof double[][] rows) {
            return Arrays.deepToString(rows);
        }
        return result instanceof Tensor tensor ? tensor.eval().toString() : result.toString();
    }
}
