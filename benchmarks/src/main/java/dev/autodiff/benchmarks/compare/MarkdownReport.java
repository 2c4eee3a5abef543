package dev.autodiff.benchmarks.compare;

import dev.autodiff.benchmarks.compare.Results.Check;
import dev.autodiff.benchmarks.compare.Results.Measurement;
import dev.autodiff.benchmarks.compare.Results.Participant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** The results as Markdown: tables, and a list of the missed targets. */
final class MarkdownReport {
    private static final String NOTHING = "–";

    /** The description of each model in the tables. */
    static final Map<String, String> MODELS = Map.ofEntries(
            Map.entry("W1", "linear regression, 10 × 2, SGD"),
            Map.entry("W2", "linear regression, 5000 × 1, SGD"),
            Map.entry("W3", "softmax regression 784-10, batch 128, SGD"),
            Map.entry("W4", "MLP 784-128-10, batch 128, SGD"),
            Map.entry("W5", "the same, dropout 0.5, Adam"),
            Map.entry("W6", "MLP 784-512-512-10, batch 256, Adam"),
            Map.entry("W7", "MLP 1024-2048-2048-1024, batch 512, SGD"),
            Map.entry("W8", "chain of 1000 elementwise operations on 32 numbers, with gradient"),
            Map.entry("W9", "LeNet, 28 × 28, batch 64, SGD"),
            Map.entry("W10", "LSTM 28 × 28 to 128, batch 64, Adam"),
            Map.entry("W11", "GPT of 4 blocks, 128 wide, 12 × 64 characters, AdamW"),
            Map.entry("W12", "3 × 3 convolutions (32, 64), batch norm, pooling, batch 64, Adam"),
            Map.entry("I1", "inference 784-128-10, batch 1"),
            Map.entry("I128", "inference 784-128-10, batch 128"));

    private final Results results;
    private final StringBuilder out = new StringBuilder();
    /** The reasons for empty cells. */
    private final Set<String> notes = new LinkedHashSet<>();

    private MarkdownReport(Results results) {
        this.results = results;
    }

    /** Returns the whole report. */
    static String of(Results results) {
        return new MarkdownReport(results).write();
    }

    private String write() {
        line("# Comparison with other frameworks");
        line();
        line("Medians of the rounds, in brackets the lowest and the highest round. Ratios are taken round by round;"
                + " the median counts. Made by `benchmarks/compare` on " + results.date() + ".");
        line();
        machine();
        contenders();
        models();
        threads();
        kernels();
        products("all threads", Contender.AUTODIFF, List.of(Contender.TORCH, Contender.JAX));
        products("1 thread", Contender.ONE_THREAD, List.of(Contender.TORCH_ONE_THREAD));
        singleShots();
        verdict();
        return out.toString();
    }

    private void line(String... parts) {
        out.append(String.join("", parts)).append('\n');
    }

    private void row(List<String> cells) {
        line("| ", String.join(" | ", cells), " |");
    }

    private void header(List<String> cells) {
        row(cells);
        line("|", "---|".repeat(cells.size()));
    }

    private void notes() {
        if (!notes.isEmpty()) {
            line();
            notes.forEach(note -> line("- ", note));
            notes.clear();
        }
        line();
    }

    // ---- machine and contenders ----

    private void machine() {
        Machine machine = results.machine();
        line(
                "- ",
                machine.cpu(),
                ", ",
                machine.cores() + " cores, ",
                machine.memoryGigabytes() + " GB; ",
                machine.system());
        line("- ", machine.java());
        String peak = ours(key -> Targets.peak(results, key)
                .map(gflops -> Figures.number(gflops) + " GFLOP/s")
                .orElse(NOTHING));
        String bandwidth = ours(key -> Targets.bandwidth(results, key)
                .map(gigabytes -> Figures.number(gigabytes) + " GB/s")
                .orElse(NOTHING));
        line("- fused multiply-adds at most: ", peak, "; memory, a = b + s·c: ", bandwidth);
        line(
                "- ",
                String.join(
                        ", ",
                        results.settings().entrySet().stream()
                                .map(e -> e.getKey() + ": " + e.getValue())
                                .toList()));
        line();
    }

    private static String ours(Function<String, String> figure) {
        return figure.apply(Contender.ONE_THREAD) + " on 1 thread, " + figure.apply(Contender.AUTODIFF) + " on all";
    }

    private void contenders() {
        header(List.of("contender", "version", "set up"));
        for (Participant participant : results.contenders()) {
            row(List.of(
                    participant.name(),
                    participant.version(),
                    participant.problem() == null
                            ? participant.about()
                            : "could not run: " + escape(participant.problem())));
        }
        line();
    }

    private static String escape(String text) {
        return text.replace("|", "\\|");
    }

    private String title(String key) {
        return results.contenders().stream()
                .filter(participant -> participant.key().equals(key))
                .map(Participant::name)
                .findFirst()
                .orElse(key);
    }

    // ---- steps ----

    private List<String> peers() {
        return results.contenders().stream()
                .map(Participant::key)
                .filter(Targets::isPeer)
                .toList();
    }

    private void models() {
        List<String> ids = measured(Tasks.MODELS, Contender.AUTODIFF);
        if (ids.isEmpty()) {
            return;
        }
        line("## Training steps and inference");
        line();
        line("A step feeds the batch and runs forward, backward and update.");
        line();
        List<String> peers = peers().stream()
                .filter(key ->
                        ids.stream().anyMatch(id -> results.figures(id, key).isPresent()))
                .toList();
        List<String> head = new ArrayList<>(List.of("", "model", "autodiff"));
        peers.forEach(key -> head.add(title(key)));
        head.addAll(List.of("autodiff / best peer", "target", ""));
        header(head);
        for (String id : ids) {
            List<String> cells = new ArrayList<>(List.of(id, MODELS.get(id), time(id, Contender.AUTODIFF)));
            peers.forEach(key -> cells.add(time(id, key)));
            cells.addAll(verdict(checks(id, "time / best peer's")));
            row(cells);
        }
        notes();
    }

    private List<String> measured(List<String> ids, String key) {
        return ids.stream().filter(id -> results.find(id, key).isPresent()).toList();
    }

    private String time(String id, String key) {
        return cell(id, key, measurement -> spread(measurement.medians()));
    }

    /** Returns a cell of a table; if it is empty, a note gives the reason. */
    private String cell(String id, String key, Function<Measurement, String> figure) {
        Measurement measurement = results.find(id, key).orElse(null);
        if (measurement == null) {
            return NOTHING;
        }
        if (measurement.problem() != null) {
            notes.add(title(key) + ", " + id + ": " + measurement.problem());
        }
        return measurement.samples().isEmpty() ? NOTHING : figure.apply(measurement);
    }

    /** Returns the median and, in brackets, the range of the rounds, all in one unit. */
    static String spread(double[] micros) {
        double median = Statistics.median(micros);
        double unit = median < 1000 ? 1 : median < 1e6 ? 1e3 : 1e6;
        String range =
                Figures.number(Statistics.min(micros) / unit) + "–" + Figures.number(Statistics.max(micros) / unit);
        return Figures.micros(median) + (micros.length > 1 ? " (" + range + ")" : "");
    }

    private List<Check> checks(String id, String what) {
        return results.checks().stream()
                .filter(check -> check.id().equals(id) && check.what().equals(what))
                .toList();
    }

    /** Returns the value, the target, and the verdict. */
    private static List<String> verdict(List<Check> checks) {
        if (checks.isEmpty()) {
            return List.of(NOTHING, NOTHING, "");
        }
        Check check = checks.get(0);
        String limit = check.relation() + " " + Figures.limit(check.limit());
        if (check.value() == null) {
            return List.of(NOTHING, limit, "not measured");
        }
        return List.of(
                Figures.number(Objects.requireNonNull(check.value())),
                limit,
                Boolean.TRUE.equals(check.met()) ? "met" : "**missed**");
    }

    private void threads() {
        List<String> ids = measured(Tasks.WITH_THREADS, Contender.ONE_THREAD);
        if (ids.isEmpty()) {
            return;
        }
        line("## Threads");
        line();
        header(List.of("", "all threads", "1 thread", "speed-up", "target", ""));
        for (String id : ids) {
            List<String> cells =
                    new ArrayList<>(List.of(id, time(id, Contender.AUTODIFF), time(id, Contender.ONE_THREAD)));
            List<Check> checks = checks(id, Targets.SPEED_UP_WHAT);
            cells.addAll(verdict(checks));
            row(cells);
            if (checks.stream().anyMatch(check -> check.limit() == 1 && check.value() != null)) {
                notes.add("A target of 1, never slower, is met if one round reaches it: where more threads bring no"
                        + " gain, the speed-up is 1 except for noise.");
            }
        }
        notes();
    }

    private void kernels() {
        List<String> ids = measured(Tasks.WITH_SCALAR_KERNELS, Contender.SCALAR);
        if (ids.isEmpty()) {
            return;
        }
        line("## Kernels without the Vector API");
        line();
        header(List.of("", "vector", "scalar", "scalar / vector", "target", ""));
        for (String id : ids) {
            List<String> cells = new ArrayList<>(List.of(id, time(id, Contender.AUTODIFF), time(id, Contender.SCALAR)));
            cells.addAll(verdict(checks(id, Targets.SCALAR_WHAT)));
            row(cells);
        }
        notes();
    }

    // ---- matrix products ----

    private void products(String threads, String us, List<String> others) {
        List<String> ids = measured(results.ids("G"), us);
        if (ids.isEmpty()) {
            return;
        }
        boolean all = us.equals(Contender.AUTODIFF);
        String speed = (all ? Targets.SPEED_ALL_THREADS : Targets.SPEED_ONE_THREAD) + " / PyTorch's";
        String percent = all ? Targets.PEAK_ALL_THREADS : Targets.PEAK_ONE_THREAD;
        line("## Matrix products, ", threads);
        line();
        line("GFLOP/s, and in brackets percent of the peak. T: this matrix is transposed in memory.");
        line();
        List<String> peers = others.stream()
                .filter(key ->
                        ids.stream().anyMatch(id -> results.figures(id, key).isPresent()))
                .toList();
        List<String> head = new ArrayList<>(List.of("shape", "autodiff"));
        peers.forEach(key -> head.add(title(key).replace(", 1 thread", "")));
        head.addAll(List.of("autodiff / PyTorch", "target", "", "% of peak", "target", ""));
        header(head);
        for (String id : ids) {
            List<String> cells = new ArrayList<>(List.of(id.substring(1), cell(id, us, this::speed)));
            peers.forEach(key -> cells.add(cell(id, key, this::speed)));
            cells.addAll(verdict(checks(id, speed)));
            List<Check> peak = checks(id, percent);
            cells.addAll(peak.isEmpty() ? List.of("", "", "") : verdict(peak));
            row(cells);
        }
        notes();
    }

    private String speed(Measurement measurement) {
        double gflops = Statistics.median(Targets.billions(measurement).toArray());
        double[] percents = Targets.percentsOfPeak(results, measurement);
        return Figures.number(gflops)
                + (percents.length == 0 ? "" : " (" + Math.round(Statistics.median(percents)) + " %)");
    }

    // ---- single shots ----

    private void singleShots() {
        List<String> ids = results.measurements().stream()
                .map(Measurement::id)
                .distinct()
                .filter(id -> id.startsWith(Tasks.START)
                        || id.startsWith(SingleShots.STEP)
                        || id.equals(SingleShots.FIRST_BUILD)
                        || id.equals(SingleShots.NEXT_BUILD))
                .toList();
        Check[] others = results.checks().stream()
                .filter(check -> check.id().startsWith(Tasks.MEMORY)
                        || check.id().startsWith(Tasks.ALLOCATION)
                        || check.id().startsWith(Tasks.BITS))
                .toArray(Check[]::new);
        if (!ids.isEmpty()) {
            line("## Starting and building");
            line();
            for (String id : ids) {
                line(
                        "- ",
                        describe(id),
                        ": ",
                        String.join(
                                "; ",
                                Stream.concat(Stream.of(Contender.AUTODIFF), peers().stream())
                                        .filter(key -> results.figures(id, key).isPresent())
                                        .map(key -> title(key) + " " + time(id, key))
                                        .toList()));
            }
            line();
            header(List.of("", "", "measured", "target", ""));
            results.checks().stream().filter(check -> ids.contains(check.id())).forEach(this::checkRow);
            notes();
        }
        if (others.length > 0) {
            line("## Memory, allocation and reproducibility");
            line();
            header(List.of("", "", "measured", "target", ""));
            Arrays.stream(others).forEach(this::checkRow);
            notes();
        }
    }

    private static String describe(String id) {
        if (id.startsWith(Tasks.START)) {
            return "from the start of the process to the end of the first training step of "
                    + id.substring(Tasks.START.length() + 1);
        }
        if (id.startsWith(SingleShots.STEP)) {
            return "from the building of " + Tasks.WARMED + " to the end of step "
                    + id.substring(SingleShots.STEP.length());
        }
        return switch (id) {
            case SingleShots.FIRST_BUILD -> "building and compiling W8 up to the first result, in a new process";
            default -> "the same in a process that has built it before";
        };
    }

    private void checkRow(Check check) {
        List<String> cells = new ArrayList<>(List.of(check.id(), check.what()));
        cells.addAll(verdict(List.of(check)));
        row(cells);
    }

    // ---- targets ----

    private void verdict() {
        List<Check> judged =
                results.checks().stream().filter(check -> check.met() != null).toList();
        List<Check> missed = judged.stream()
                .filter(check -> Boolean.FALSE.equals(check.met()))
                .toList();
        line("## Targets");
        line();
        line(judged.size() - missed.size() + " met, " + missed.size() + " missed, "
                + (results.checks().size() - judged.size()) + " not measured.");
        line();
        for (Check check : missed) {
            String against = check.against() == null ? "" : " (" + title(check.against()) + ")";
            line(
                    "- missed: ",
                    check.id(),
                    ", ",
                    check.what(),
                    against,
                    ": ",
                    Figures.number(Objects.requireNonNull(check.value())),
                    ", target ",
                    check.relation(),
                    " ",
                    Figures.limit(check.limit()));
        }
    }
}
