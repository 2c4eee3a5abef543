package dev.autodiff.nn.optimizer;

import static dev.autodiff.nn.optimizer.Optimizer.require;

import dev.autodiff.array.DType;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.Rounding;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Trigonometry;

/** Functions of which schedules are made, element by element, in FLOAT64. */
final class ScheduleRules {
    private ScheduleRules() {}

    /** Returns a power of a number. */
    static Tensor power(double base, Tensor exponent) {
        return Arithmetic.pow(Tensors.scalar(base, DType.FLOAT64), exponent);
    }

    /** Returns k, or the number of steps if that is smaller. */
    static Tensor within(Tensor k, double steps) {
        return Arithmetic.minimum(k, Tensors.scalar(steps, DType.FLOAT64));
    }

    /** Returns the share of the steps that was made, at most 1. */
    static Tensor progress(Tensor k, int steps) {
        return within(k, steps).div(steps);
    }

    /** Returns half a cosine from one rate to another. */
    static Tensor cosine(double from, double to, Tensor progress) {
        return Trigonometry.cos(progress.mul(Math.PI))
                .add(1)
                .mul((from - to) / 2)
                .add(to);
    }

    /** Returns the share of the present cosine that has passed, from 0 to below 1. */
    static Tensor sinceRestart(Tensor k, int steps, int multiplier) {
        if (multiplier == 1) {
            Tensor cycles = k.div(steps);
            return cycles.sub(Rounding.floor(cycles));
        }
        // The logarithm is rounded, so that the cosine that it tells may be off by one at a restart.
        Tensor guess =
                Rounding.floor(k.mul((multiplier - 1.0) / steps).add(1).log().div(Math.log(multiplier)));
        Tensor number = guess.add(Comparisons.greaterEqual(k, restart(guess.add(1), steps, multiplier)))
                .sub(k.less(restart(guess, steps, multiplier)));
        return k.sub(restart(number, steps, multiplier))
                .div(Rounding.round(power(multiplier, number)).mul(steps));
    }

    /** Returns the number of steps before the cosine of a number begins, n (mⁱ - 1) / (m - 1). */
    private static Tensor restart(Tensor number, int steps, int multiplier) {
        Tensor lengths = Rounding.round(power(multiplier, number)).sub(1);
        return lengths.mul(steps).div(multiplier - 1.0);
    }

    /** Returns how many of the milestones are at most k. */
    static Tensor passed(Tensor k, int... milestones) {
        Tensor passed = Comparisons.greaterEqual(k, milestones[0]);
        for (int i = 1; i < milestones.length; i++) {
            passed = passed.add(Comparisons.greaterEqual(k, milestones[i]));
        }
        return passed;
    }

    /** Returns the rate of a cycle that rises up to the step {@code top} and falls up to the step {@code bottom}. */
    static Tensor cycle(Tensor k, double first, double largest, double last, double top, double bottom) {
        Tensor up = cosine(first, largest, k.div(top));
        Tensor down = cosine(largest, last, within(k, bottom).sub(top).div(bottom - top));
        return Comparisons.where(Comparisons.lessEqual(k, top), up, down);
    }

    /**
     * Checks the numbers that most schedules have.
     *
     * @throws dev.autodiff.graph.GraphException if one is out of its range
     */
    static void check(double rate, double factor, int steps) {
        require(rate > 0 && !Double.isInfinite(rate), "A learning rate is a number above 0, such as 0.01, not " + rate);
        require(
                factor > 0 && !Double.isInfinite(factor),
                "The numbers of a schedule are finite and above 0, but " + factor + " was given");
        requireSteps(steps);
    }

    static void requireSteps(int steps) {
        require(steps >= 1, "A schedule is made of at least 1 step, not of " + steps);
    }

    static void requireEnd(double end) {
        require(end >= 0 && !Double.isInfinite(end), "The last rate is a finite number of 0 or more, not " + end);
    }

    static String cosineText(double rate, double end, String progress) {
        return text(end) + " + (" + text(rate) + " - " + text(end) + ") · (1 + cos(π · " + progress + ")) / 2";
    }

    /** Returns a number as formulas show it, without the fraction of a whole one. */
    static String text(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e9
                ? String.valueOf((long) number)
                : String.valueOf(number);
    }
}
