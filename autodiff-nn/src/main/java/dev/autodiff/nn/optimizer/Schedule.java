package dev.autodiff.nn.optimizer;

import static dev.autodiff.nn.optimizer.Optimizer.require;
import static dev.autodiff.nn.optimizer.ScheduleRules.check;
import static dev.autodiff.nn.optimizer.ScheduleRules.cosineText;
import static dev.autodiff.nn.optimizer.ScheduleRules.power;
import static dev.autodiff.nn.optimizer.ScheduleRules.progress;
import static dev.autodiff.nn.optimizer.ScheduleRules.requireEnd;
import static dev.autodiff.nn.optimizer.ScheduleRules.requireSteps;
import static dev.autodiff.nn.optimizer.ScheduleRules.text;

import dev.autodiff.array.DType;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.Rounding;
import dev.autodiff.graph.Shaping;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.plot.LinePlot;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A learning rate as a function of k, the number of training steps that were made before: 0 in the first step. An
 * optimizer makes a part of the graph of it, with a counter that is a variable, so that it is traced, saved and resumed
 * like the rest of a training step.
 *
 * <pre>{@code
 * Schedule schedule = Schedule.cosine(0.1, 0.001, 900).warmup(100);
 * TrainOp step = new Momentum(schedule, 0.9).minimize(cost);
 * double[] rates = schedule.values(1000);
 * rates[100]; // 0.1
 * }</pre>
 *
 * <p>A step is an update of the parameters, not an epoch; {@link #every} counts epochs. After the number of steps that
 * a schedule is made for, its rate stays as it was at the end. It is computed in FLOAT64, and rounded to the type of
 * each parameter.
 */
public final class Schedule {
    private final String formula;
    private final UnaryOperator<Tensor> rule;
    /** The rate, if it does not depend on the number of steps. */
    private final @Nullable Tensor fixed;

    private Schedule(String formula, UnaryOperator<Tensor> rule, @Nullable Tensor fixed) {
        this.formula = formula;
        this.rule = rule;
        this.fixed = fixed;
    }

    // ---- kinds ----

    /**
     * Returns the schedule that is always the same number.
     *
     * @param rate the learning rate η, above 0
     */
    public static Schedule constant(double rate) {
        return fixed(text(rate), Optimizer.rate(rate));
    }

    /**
     * Returns a tensor as a schedule, such as a placeholder that is fed, or a variable that is assigned.
     *
     * @param rate a floating-point scalar
     */
    public static Schedule of(Tensor rate) {
        require(
                rate.shape().isScalar() && rate.dtype().isFloating(),
                "A learning rate is a floating-point scalar, not " + rate);
        return fixed("η", rate);
    }

    private static Schedule fixed(String formula, Tensor rate) {
        return new Schedule(formula, k -> rate, rate);
    }

    /**
     * Returns a schedule of your own, of tensors:
     *
     * <pre>{@code
     * Schedule schedule = Schedule.of("0.1 / √(1 + k)", k -> Tensors.scalar(0.1, DType.FLOAT64).div(k.add(1).sqrt()));
     * schedule.value(99); // 0.01
     * }</pre>
     *
     * @param formula the formula for readers, in terms of k
     * @param rule returns the rate, of the shape of its argument and element by element; that is k, a FLOAT64 scalar in
     *     a training step and a vector in {@link #values}
     */
    public static Schedule of(String formula, UnaryOperator<Tensor> rule) {
        return new Schedule(
                Objects.requireNonNull(formula, "formula is null"), Objects.requireNonNull(rule, "rule is null"), null);
    }

    /**
     * Returns a schedule of your own, of numbers. The function is called in every step.
     *
     * @param rule returns the rate for k; without memory, as it may be called for any k at any time
     */
    public static Schedule function(LongToDoubleFunction rule) {
        return of("f(k)", new HostSchedule(Objects.requireNonNull(rule, "rule is null"))::apply);
    }

    /**
     * Returns η · γ^⌊k / n⌋, a rate that falls every n steps, as PyTorch's {@code StepLR}.
     *
     * @param rate the first rate η, above 0
     * @param steps the number n of steps with the same rate, at least 1
     * @param factor the factor γ, above 0
     */
    public static Schedule step(double rate, int steps, double factor) {
        check(rate, factor, steps);
        return of(
                text(rate) + " · " + text(factor) + "^⌊k / " + steps + "⌋",
                k -> power(factor, Rounding.floor(k.div(steps))).mul(rate));
    }

    /**
     * Returns η · γ^(number of milestones that are at most k), as PyTorch's {@code MultiStepLR}.
     *
     * @param rate the first rate η, above 0
     * @param factor the factor γ, above 0
     * @param milestones the numbers of steps after which the rate falls, rising
     */
    public static Schedule multiStep(double rate, double factor, int... milestones) {
        check(rate, factor, 1);
        int[] all = milestones.clone();
        require(
                all.length > 0 && all[0] > 0 && IntStream.range(1, all.length).allMatch(i -> all[i - 1] < all[i]),
                "Milestones are numbers of steps above 0, rising, not " + Arrays.toString(all));
        String list = IntStream.of(all).mapToObj(String::valueOf).collect(Collectors.joining(", "));
        return of(
                text(rate) + " · " + text(factor) + "^(how many of " + list + " are ≤ k)",
                k -> power(factor, ScheduleRules.passed(k, all)).mul(rate));
    }

    /**
     * Returns η · γ^k, as PyTorch's {@code ExponentialLR}.
     *
     * @param rate the first rate η, above 0
     * @param factor the factor γ, above 0
     */
    public static Schedule exponential(double rate, double factor) {
        check(rate, factor, 1);
        return of(
                text(rate) + " · " + text(factor) + "^k", k -> power(factor, k).mul(rate));
    }

    /**
     * Returns η · γ^(k / n), as Keras's {@code ExponentialDecay}.
     *
     * @param rate the first rate η, above 0
     * @param factor the factor γ of n steps, above 0
     * @param steps the number n of steps, at least 1
     */
    public static Schedule exponential(double rate, double factor, int steps) {
        check(rate, factor, steps);
        return of(text(rate) + " · " + text(factor) + "^(k / " + steps + ")", k -> power(factor, k.div(steps))
                .mul(rate));
    }

    /**
     * Returns η / (1 + γ k / n), as Keras's {@code InverseTimeDecay}.
     *
     * @param rate the first rate η, above 0
     * @param decay the decay γ, above 0
     * @param steps the number n of steps, at least 1
     */
    public static Schedule inverseTime(double rate, double decay, int steps) {
        check(rate, decay, steps);
        return of(text(rate) + " / (1 + " + text(decay) + " · k / " + steps + ")", k -> Tensors.scalar(
                        rate, DType.FLOAT64)
                .div(k.mul(decay).div(steps).add(1)));
    }

    /**
     * Returns a straight line from one rate to another, as PyTorch's {@code LinearLR}.
     *
     * @param rate the first rate, above 0
     * @param end the last rate, at least 0
     * @param steps the number of steps from one to the other, at least 1
     */
    public static Schedule linear(double rate, double end, int steps) {
        return polynomial(rate, end, steps, 1);
    }

    /**
     * Returns (η - e) (1 - k / n)^p + e, and e from k = n on, as Keras's {@code PolynomialDecay} and, with e of 0,
     * PyTorch's {@code PolynomialLR}.
     *
     * @param rate the first rate η, above 0
     * @param end the last rate e, at least 0
     * @param steps the number n of steps, at least 1
     * @param power the power p, above 0; 1 gives a straight line
     */
    public static Schedule polynomial(double rate, double end, int steps, double power) {
        check(rate, power, steps);
        requireEnd(end);
        return of(
                "(" + text(rate) + " - " + text(end) + ") · (1 - min(k, " + steps + ") / " + steps + ")^" + text(power)
                        + " + " + text(end),
                k -> progress(k, steps).neg().add(1).pow(power).mul(rate - end).add(end));
    }

    /**
     * Returns e + (η - e) (1 + cos(π k / n)) / 2, and e from k = n on (Loshchilov and Hutter 2017), as Keras's {@code
     * CosineDecay}. PyTorch's {@code CosineAnnealingLR} rises again after n steps.
     *
     * @param rate the first rate η, above 0
     * @param end the last rate e, at least 0
     * @param steps the number n of steps, at least 1
     */
    public static Schedule cosine(double rate, double end, int steps) {
        check(rate, 1, steps);
        requireEnd(end);
        return of(
                cosineText(rate, end, "min(k, " + steps + ") / " + steps),
                k -> ScheduleRules.cosine(rate, end, progress(k, steps)));
    }

    /**
     * Returns cosines that begin again and again, each m times as long as the one before, as PyTorch's {@code
     * CosineAnnealingWarmRestarts}.
     *
     * @param rate the first rate of each cosine, above 0
     * @param end the rate that each of them falls to, at least 0
     * @param steps the number of steps of the first one, at least 1
     * @param multiplier the factor m of their lengths, at least 1
     */
    public static Schedule cosineRestarts(double rate, double end, int steps, int multiplier) {
        check(rate, 1, steps);
        requireEnd(end);
        require(multiplier >= 1, "The lengths of cosines grow by a factor of at least 1, not " + multiplier);
        return of(
                cosineText(rate, end, "(k - start) / length"),
                k -> ScheduleRules.cosine(rate, end, ScheduleRules.sinceRestart(k, steps, multiplier)));
    }

    /**
     * Returns the one-cycle policy (Smith 2018) in the form of PyTorch's {@code OneCycleLR}: from a 25th of a rate up
     * to it in 30 % of the steps, and down to a 250,000th, along cosines. Momentum does not change.
     *
     * @param rate the largest rate, above 0
     * @param steps the number of steps, at least 4
     */
    public static Schedule oneCycle(double rate, int steps) {
        return oneCycle(rate, steps, 0.3, 25, 1e4);
    }

    /**
     * Returns the one-cycle policy with all parameters, under PyTorch's names.
     *
     * @param rate the largest rate, {@code max_lr}, above 0
     * @param steps the number of steps, {@code total_steps}
     * @param rising the share of the steps in which the rate rises, {@code pct_start}, above 0 and below 1
     * @param divisor the largest rate divided by the first one, {@code div_factor}, above 0
     * @param finalDivisor the first rate divided by the last one, {@code final_div_factor}, above 0
     */
    public static Schedule oneCycle(double rate, int steps, double rising, double divisor, double finalDivisor) {
        check(rate, divisor, steps);
        double top = rising * steps - 1;
        double bottom = steps - 1;
        require(
                rising < 1 && top > 0 && finalDivisor > 0,
                "A cycle rises and falls in more than one step each, but " + steps + " steps and a share of " + rising
                        + " do not");
        double first = rate / divisor;
        double last = first / finalDivisor;
        String words = "from " + text(first) + " up to " + text(rate) + " in " + text(top) + " steps, down to "
                + text(last) + " at k = " + text(bottom) + ", along cosines";
        return of(words, k -> ScheduleRules.cycle(k, first, rate, last, top, bottom));
    }

    // ---- combinations ----

    /**
     * Returns this schedule after a straight line from 1/n of its first rate up to it.
     *
     * @param steps the number n of steps of the line, at least 1; this schedule begins after it
     */
    public Schedule warmup(int steps) {
        requireSteps(steps);
        return warmup(steps, 1.0 / steps);
    }

    /**
     * Returns this schedule after a straight line from s times its first rate η up to it, η (s + (1 - s) k / n), as
     * PyTorch's {@code LinearLR} before another one.
     *
     * @param steps the number n of steps of the line, at least 1; this schedule begins after it
     * @param start the factor s of the first step, from 0 to 1
     */
    public Schedule warmup(int steps, double start) {
        require(start >= 0 && start <= 1, "A warm-up starts at a factor from 0 to 1, not " + start);
        String line = "η₀ · (" + text(start) + " + " + text(1 - start) + " · k / " + steps + ")";
        Schedule up = of(line, k -> k.div(steps).mul(1 - start).add(start).mul(wide(Tensors.scalar(0, DType.FLOAT64))));
        return up.then(steps, this);
    }

    /**
     * Returns this schedule for some steps and then another one, which begins there with k of 0, as PyTorch's {@code
     * SequentialLR}.
     *
     * @param steps the number of steps of this schedule, at least 1
     * @param next the schedule after them
     */
    public Schedule then(int steps, Schedule next) {
        requireSteps(steps);
        String words = formula + " for k < " + steps + ", then with k - " + steps + " for k: " + next.formula;
        return of(words, k -> {
            // The schedule that is not chosen gets a number of steps that is legal for it.
            Tensor after = Arithmetic.maximum(k.sub(steps), Tensors.scalar(0, DType.FLOAT64));
            return Comparisons.where(k.less(steps), wide(k), next.wide(after));
        });
    }

    /**
     * Returns this schedule with ⌊k / n⌋ in place of k: counted in epochs rather than in steps.
     *
     * @param steps the number n of steps of an epoch, at least 1
     */
    public Schedule every(int steps) {
        requireSteps(steps);
        return fixed != null
                ? this
                : of(formula + ", with ⌊k / " + steps + "⌋ for k", k -> at(Rounding.floor(k.div(steps))));
    }

    /** Returns the formula for readers, in terms of k. */
    public String formula() {
        return formula;
    }

    /**
     * Returns the rate as a part of a graph.
     *
     * @param k the number of steps that were made before, FLOAT64, of any shape
     * @return the rate, of the shape of k, or a scalar if it does not depend on k
     */
    public Tensor at(Tensor k) {
        return rule.apply(k);
    }

    private Tensor wide(Tensor k) {
        return at(k).cast(DType.FLOAT64);
    }

    /** Returns the rate if it does not depend on the number of steps. */
    Optional<Tensor> fixed() {
        return Optional.ofNullable(fixed);
    }

    /**
     * Returns the rate of one step.
     *
     * @param k the number of steps that were made before it, at least 0
     */
    public double value(int k) {
        return wide(Tensors.scalar(k, DType.FLOAT64)).eval().item();
    }

    /**
     * Returns the rates of the first steps.
     *
     * @param steps the number of steps, at least 0
     */
    public double[] values(int steps) {
        require(steps >= 0, "A number of steps is not negative, but " + steps + " is");
        Tensor k = Tensors.constant(IntStream.range(0, steps).asDoubleStream().toArray());
        return Shaping.broadcastTo(wide(k), steps).eval().toDoubles();
    }

    /**
     * Draws the rates of the first steps as a picture in SVG.
     *
     * @param file the file to write, such as {@code schedule.svg}
     * @param steps the number of steps
     * @throws UncheckedIOException if the file cannot be written
     */
    public void plot(Path file, int steps) {
        LinePlot.write(file, toSvg(steps));
    }

    /** Returns the picture of {@link #plot}. */
    public String toSvg(int steps) {
        return SchedulePlot.svg(values(steps));
    }

    @Override
    public String toString() {
        return formula;
    }
}
