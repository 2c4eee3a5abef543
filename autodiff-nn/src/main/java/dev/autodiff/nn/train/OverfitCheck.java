package dev.autodiff.nn.train;

import dev.autodiff.array.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A check that a model can learn at all: trained again and again on one small batch, its loss must fall to about 0. A
 * model that cannot learn a few examples by heart has a fault that no amount of data mends. Afterwards the model is as
 * it was before.
 *
 * <pre>{@code
 * Model model = Model.sequential(new Dense(16, Activation.RELU), new Dense(1));
 * model.compile(new Adam(0.05), Loss.meanSquaredError());
 * OverfitCheck.Result result = new OverfitCheck(model).run(features, labels);
 * result.verdict(); // LEARNED
 * model.close();
 * }</pre>
 */
public final class OverfitCheck {
    /** The outcomes. */
    public enum Verdict {
        /** The loss fell to about 0. */
        LEARNED,
        /** The loss fell, but not to 0. */
        FELL,
        /** The loss did not fall by a tenth. */
        STUCK,
        /** The loss became infinite or NaN. */
        DIVERGED
    }

    /**
     * The result of a check.
     *
     * @param verdict the outcome
     * @param losses the loss before each step
     * @param withoutGradient the names of trained variables all of whose gradients were 0 at the beginning
     */
    public record Result(Verdict verdict, List<Double> losses, List<String> withoutGradient) {
        /** Copies the lists. */
        public Result {
            losses = List.copyOf(losses);
            withoutGradient = List.copyOf(withoutGradient);
        }

        /** Returns the outcome in words, with what to look at. */
        @Override
        public String toString() {
            double first = losses.get(0);
            double last = losses.get(losses.size() - 1);
            String course = String.format(Locale.ROOT, "from %.4g to %.4g in %d steps", first, last, losses.size() - 1);
            String words =
                    switch (verdict) {
                        case LEARNED -> "The loss of one batch fell " + course + ": the model can learn.";
                        case FELL ->
                            "The loss of one batch fell " + course + ", not to 0: try more steps, a larger"
                                    + " learning rate or a larger model. Dropout and penalties keep it above 0, and"
                                    + " so do equal examples with different labels.";
                        case STUCK ->
                            "The loss of one batch went " + course + ": the model learns nothing. Look at the"
                                    + " labels and the loss, at the learning rate, and at what stands between the"
                                    + " variables and the loss.";
                        case DIVERGED ->
                            "The loss of one batch went " + course + ": training diverges. Try a smaller"
                                    + " learning rate, and look at the scale of the features.";
                    };
            return withoutGradient.isEmpty()
                    ? words
                    : words + " No gradient reaches " + String.join(", ", withoutGradient) + ".";
        }
    }

    private final Model model;
    private int steps = 500;
    private double share = 0.01;

    /** Makes a check of a model that is compiled. */
    public OverfitCheck(Model model) {
        this.model = model;
    }

    /** Sets the largest number of training steps; 500 if nothing is said. */
    public OverfitCheck steps(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("A check has at least 1 step, not " + most);
        }
        steps = most;
        return this;
    }

    /** Sets the share of its first value below which the loss counts as about 0; 0.01 if nothing is said. */
    public OverfitCheck below(double ofFirst) {
        if (!(ofFirst > 0 && ofFirst < 1)) {
            throw new IllegalArgumentException(
                    "The loss is to fall to a share above 0 and below 1 of its first value, not to " + ofFirst);
        }
        share = ofFirst;
        return this;
    }

    /**
     * Trains on one batch, until its loss is about 0 or the steps are made, and puts the model back.
     *
     * @param values the inputs in their order, then the labels of each output; a few examples, of different classes
     * @throws IllegalStateException if the model is not compiled or is closed
     */
    public Result run(NDArray... values) {
        ModelState state = model.state();
        state.compiled();
        state.buildFor(Arrays.copyOf(values, Math.min(values.length, state.inputCount())));
        Snapshot before = model.snapshot();
        try {
            Trainer trainer = new Trainer(state, state.compiled());
            List<String> withoutGradient = new ArrayList<>();
            for (Map.Entry<String, NDArray> gradient : trainer.gradients(values).entrySet()) {
                if (Arrays.stream(gradient.getValue().toDoubles()).allMatch(number -> number == 0)) {
                    withoutGradient.add(gradient.getKey());
                }
            }
            List<Double> losses = new ArrayList<>();
            do {
                losses.add(trainer.step(values));
            } while (losses.size() <= steps && !isDone(losses));
            return new Result(verdict(losses), losses, withoutGradient);
        } finally {
            model.restore(before);
        }
    }

    private boolean isDone(List<Double> losses) {
        Verdict verdict = verdict(losses);
        return verdict == Verdict.LEARNED || verdict == Verdict.DIVERGED;
    }

    private Verdict verdict(List<Double> losses) {
        double first = losses.get(0);
        double last = losses.get(losses.size() - 1);
        if (!Double.isFinite(last)) {
            return Verdict.DIVERGED;
        }
        return last <= share * first ? Verdict.LEARNED : last <= 0.9 * first ? Verdict.FELL : Verdict.STUCK;
    }
}
