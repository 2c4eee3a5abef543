package dev.autodiff.benchmarks.compare;

import com.fasterxml.jackson.databind.JsonNode;
import dev.autodiff.benchmarks.compare.Results.Measurement;
import dev.autodiff.benchmarks.compare.Results.Sample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Measures what is not a step that is made again and again: it needs a new process each time. */
final class Trials {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** What is built in a process that has built it before: so often. */
    private static final int BUILDS = 3;
    /** Numbers of threads that have to give the same bits. */
    private static final int[] TEAMS = {1, 2, 4};

    /** From process start to the first step of W4, in microseconds. */
    static final String START = "start W4";
    /** Building W8, up to its first result, as the first thing that the process does. */
    static final String FIRST_BUILD = "build W8";
    /** The same in a process that has done so before. */
    static final String NEXT_BUILD = "rebuild W8";

    private final Path logs;
    private final int rounds;
    private final Consumer<String> progress;
    private final Map<String, List<Sample>> samples = new LinkedHashMap<>();
    private final List<Measurement> measurements = new ArrayList<>();

    Trials(Path logs, int rounds, Consumer<String> progress) {
        this.logs = logs;
        this.rounds = rounds;
        this.progress = progress;
    }

    List<Measurement> measurements() {
        return List.copyOf(measurements);
    }

    /** Does something in a new process. */
    @FunctionalInterface
    private interface Visit {
        void to(WorkerProcess process) throws WorkerFailure;
    }

    /**
     * Starts a process for it.
     *
     * @return why it could not be done, or null
     */
    private @Nullable String visit(Entrant entrant, Visit visit) {
        try (WorkerProcess process = WorkerProcess.start(entrant, logs)) {
            visit.to(process);
            return null;
        } catch (WorkerFailure e) {
            progress.accept(entrant.title() + ": " + e.getMessage());
            return e.getMessage();
        }
    }

    private void add(String id, Entrant entrant, Sample sample) {
        samples.computeIfAbsent(id + '\n' + entrant.key(), key -> new ArrayList<>())
                .add(sample);
    }

    private void close(String id, Entrant entrant, String unit, @Nullable String problem) {
        List<Sample> found = samples.getOrDefault(id + '\n' + entrant.key(), List.of());
        measurements.add(new Measurement(id, entrant.key(), unit, 0, List.copyOf(found), problem));
        if (unit.equals("us") && !found.isEmpty()) {
            double[] values = found.stream().mapToDouble(Sample::median).toArray();
            progress.accept(id + ":  " + entrant.key() + " " + Figures.micros(Statistics.median(values)));
        }
    }

    /** From the start of the process to the end of the first training step of W4, in rounds. */
    void start(List<Entrant> entrants) {
        Map<Entrant, @Nullable String> problems = new LinkedHashMap<>();
        entrants.forEach(entrant -> problems.put(entrant, null));
        for (int round = 0; round < rounds; round++) {
            int number = round;
            for (Entrant entrant : entrants) {
                if (problems.get(entrant) == null) {
                    long start = System.nanoTime();
                    problems.put(entrant, visit(entrant, process -> {
                        process.send("once W4");
                        process.reply("start", PATIENCE);
                        process.reply("once W4", PATIENCE);
                        add(START, entrant, Sample.of(0, number, (System.nanoTime() - start) / 1e3));
                    }));
                }
            }
        }
        problems.forEach((entrant, problem) -> close(START, entrant, "us", problem));
    }

    /** Building and compiling W8, its gradient included, up to the first result: the first time in a process, and again. */
    void build(List<Entrant> entrants) {
        Map<Entrant, @Nullable String> problems = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            int number = round;
            for (Entrant entrant : entrants) {
                String problem = visit(entrant, process -> {
                    process.reply("start", PATIENCE);
                    add(FIRST_BUILD, entrant, Sample.of(0, number, build(process)));
                    double[] next = new double[BUILDS];
                    for (int i = 0; i < BUILDS; i++) {
                        next[i] = build(process);
                    }
                    add(NEXT_BUILD, entrant, Sample.of(0, number, Statistics.median(next)));
                });
                problems.put(entrant, problem);
            }
        }
        problems.forEach((entrant, problem) -> close(FIRST_BUILD, entrant, "us", problem));
        problems.forEach((entrant, problem) -> close(NEXT_BUILD, entrant, "us", problem));
    }

    private static double build(WorkerProcess process) throws WorkerFailure {
        return process.ask("once W8", PATIENCE).path("micros").asDouble();
    }

    /** What a step of each model allocates. */
    void allocation(Entrant entrant) {
        for (String model : Tasks.MODELS) {
            String id = Tasks.ALLOCATION + " " + model;
            String problem = visit(entrant, process -> {
                process.reply("start", PATIENCE);
                JsonNode reply = process.ask(id, PATIENCE);
                add(id, entrant, Sample.of(0, 0, reply.path("bytes").asDouble()));
            });
            close(id, entrant, "B", problem);
        }
        progress.accept("allocation: measured");
    }

    /** Digests of what each model is trained to, for several numbers of threads. */
    void bits(Entrants entrants) {
        for (int threads : TEAMS) {
            String key = Entrant.AUTODIFF + "-" + threads + "-threads";
            Entrant entrant = entrants.ours(key, key, id -> true, threads);
            Map<String, @Nullable String> problems = new LinkedHashMap<>();
            String problem = visit(entrant, process -> {
                process.reply("start", PATIENCE);
                for (String model : Tasks.MODELS) {
                    String id = Tasks.BITS + " " + model;
                    String digest = process.ask(id, PATIENCE).path("digest").asText();
                    add(id, entrant, new Sample(0, 0, 0, 0, 0, 1, digest));
                    problems.put(id, null);
                }
            });
            for (String model : Tasks.MODELS) {
                String id = Tasks.BITS + " " + model;
                close(id, entrant, "digest", problems.containsKey(id) ? null : problem);
            }
        }
        progress.accept("bits: compared");
    }
}
