package dev.autodiff.examples.gpt;

import dev.autodiff.array.NDArray;
import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Progress;
import dev.autodiff.examples.context.Table;
import dev.autodiff.nn.io.Safetensors;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A small GPT that learns a novel by characters, with PyTorch's losses beside ours. */
public final class GptReport {
    /** The steps that PyTorch's losses belong to. */
    public static final int STEPS = 2000;

    /** The losses on the validation text of the same network in PyTorch 2.13, with the same text and settings. */
    private static final Map<Integer, String> PYTORCH =
            Map.of(250, "2.406", 500, "2.123", 1000, "1.801", STEPS, "1.554");

    private static final int FEW_BATCHES = 4;
    private static final String LOOKED_AT = "It is a truth universally acknow";
    private static final String TRACED = "a truth";

    private GptReport() {}

    /**
     * The outcome of training.
     *
     * @param validation the loss on the validation text in nats a character
     * @param sample a text that the network wrote
     */
    public record Result(double validation, String sample) {}

    /**
     * Trains, or takes what has been learned from a file; prints and draws.
     *
     * @param steps the number of training steps; with fewer than 250, a part of the validation text is enough
     * @param saved the file with what has been learned; null to train
     */
    public static Result run(ExampleContext context, int steps, long seed, @Nullable Path saved) {
        Novel novel = Novel.read(context.data("pride_and_prejudice.txt.gz"));
        context.heading("A small GPT on the characters of Pride and Prejudice");
        try (Gpt gpt = new Gpt(novel, steps, seed)) {
            double validation = saved == null ? train(context, gpt, steps, seed) : load(context, gpt, saved);
            String sample = gpt.write("\n", Math.min(steps, 500), 0.8, new Random(seed));
            context.print("What it writes:");
            context.print(sample);
            context.figure("gpt-attention", AttentionPictures.weights(gpt, novel, LOOKED_AT));
            context.file(
                    "gpt-attention.html",
                    AttentionPictures.trace(gpt, novel, TRACED, 1, 0).toHtml());
            Map<String, NDArray> weights = gpt.weights();
            if (saved == null) {
                context.file("gpt.safetensors", file -> Safetensors.write(file, weights));
            }
            return new Result(validation, sample);
        }
    }

    private static double load(ExampleContext context, Gpt gpt, Path saved) {
        gpt.load(Safetensors.read(saved));
        double validation = gpt.validate(Integer.MAX_VALUE);
        context.print("Learned before, from %s: validation loss %.3f nats a character.", saved, validation);
        return validation;
    }

    private static double train(ExampleContext context, Gpt gpt, int steps, long seed) {
        context.print(
                "%d blocks of %d heads, %,d numbers to learn; AdamW, %,d steps of %d windows of %d characters.",
                Gpt.BLOCKS, Gpt.HEADS, gpt.parameters(), steps, Gpt.BATCH, Gpt.LENGTH);
        context.print("");
        Table table = new Table("step", "validation loss", steps == STEPS ? "PyTorch's" : "");
        double validation = train(context, gpt, steps, seed, table);
        context.print(table.toString());
        return validation;
    }

    private static double train(ExampleContext context, Gpt gpt, int steps, long seed, Table table) {
        Random random = new Random(seed);
        int batches = steps < 250 ? FEW_BATCHES : Integer.MAX_VALUE;
        double validation = Double.NaN;
        try (Progress progress = context.progress("step", steps)) {
            for (int i = 0; i < steps; i++) {
                double loss = gpt.train(random);
                progress.update(i + 1, "loss " + Numbers.brief(loss));
                if (i + 1 == steps || PYTORCH.containsKey(i + 1)) {
                    validation = gpt.validate(batches);
                    String peer = steps == STEPS ? PYTORCH.getOrDefault(i + 1, "") : "";
                    table.row(String.valueOf(i + 1), String.format(Locale.ROOT, "%.3f", validation), peer);
                }
            }
        }
        return validation;
    }
}
