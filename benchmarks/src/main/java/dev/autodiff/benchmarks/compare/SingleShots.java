package dev.autodiff.benchmarks.compare;

import com.fasterxml.jackson.databind.JsonNode;
import dev.autodiff.benchmarks.compare.Results.Measurement;
import dev.autodiff.benchmarks.compare.Results.Participant;
import dev.autodiff.benchmarks.compare.Results.Sample;
import dev.autodiff.benchmarks.worker.Worker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Measurements that are made once in a process, and need a new process each time. */
final class SingleShots {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** The number of times that a graph is built again in the same process. */
    private static final int BUILDS = 3;
    /** The numbers of threads that must give the same bits. */
    private static final int[] TEAMS = {1, 2, 4};

    /** Building W8 up to its first result in a new process, in microseconds. */
    static final String FIRST_BUILD = "build W8";
    /** Building W8 up to its first result in a process that has built it before, in microseconds. */
    static final String NEXT_BUILD = "rebuild W8";

    /** Building a model up to the end of a step, in microseconds: followed by the number of the step. */
    static final String STEP = Tasks.WARMED + " to step ";

    private final Path logs;
    private final int rounds;
    private final Consumer<String> progress;
    private final Map<String, List<Sample>> samples = new LinkedHashMap<>();
    private final List<Measurement> measurements = new ArrayList<>();
    private final Map<String, Participant> participants = new LinkedHashMap<>();

    SingleShots(Path logs, int rounds, Consumer<String> progress) {
        this.logs = logs;
        this.rounds = rounds;
        this.progress = progress;
    }

    /** Returns the contenders that ran, apart from those that are known already. */
    List<Participant> participantsBesides(List<Participant> known) {
        return participants.values().stream()
                .filter(participant ->
                        known.stream().noneMatch(other -> other.key().equals(participant.key())))
                .toList();
    }

    List<Measurement> measurements() {
        return List.copyOf(measurements);
    }

    /** A conversation with a new process. */
    @FunctionalInterface
    private interface Exchange {
        void to(WorkerProcess process) throws WorkerFailure;
    }

    /**
     * Starts a process for a conversation.
     *
     * @return the problem, or null
     */
    private @Nullable String exchange(Contender contender, Exchange exchange) {
        try (WorkerProcess process = WorkerProcess.start(contender, logs)) {
            exchange.to(process);
            return null;
        } catch (WorkerFailure e) {
            progress.accept(contender.title() + ": " + e.getMessage());
            return e.getMessage();
        }
    }

    /** Returns the id of the time from process start to the end of the first step of a model, in microseconds. */
    static String startOf(String model) {
        return Tasks.START + " " + model;
    }

    /** Waits until a process is ready, and notes what it says of itself. */
    private void meet(Contender contender, WorkerProcess process) throws WorkerFailure {
        JsonNode reply = process.reply("start", PATIENCE);
        participants.putIfAbsent(contender.key(), Comparison.participant(contender, reply));
    }

    private void add(String id, Contender contender, Sample sample) {
        samples.computeIfAbsent(id + '\n' + contender.key(), key -> new ArrayList<>())
                .add(sample);
    }

    private void close(String id, Contender contender, String unit, @Nullable String problem) {
        List<Sample> found = samples.getOrDefault(id + '\n' + contender.key(), List.of());
        measurements.add(new Measurement(id, contender.key(), unit, 0, List.copyOf(found), problem));
        if (unit.equals("us") && !found.isEmpty()) {
            double[] values = found.stream().mapToDouble(Sample::median).toArray();
            progress.accept(id + ":  " + contender.key() + " " + Figures.micros(Statistics.median(values)));
        }
    }

    /** Measures the time from the start of a process to the end of the first training step of models, in rounds. */
    void start(List<Contender> contenders) {
        for (String model : Tasks.STARTED) {
            start(
                    model,
                    contenders.stream()
                            .filter(contender -> contender.tasks().test(model))
                            .toList());
        }
    }

    private void start(String model, List<Contender> contenders) {
        Map<Contender, @Nullable String> problems = new LinkedHashMap<>();
        contenders.forEach(contender -> problems.put(contender, null));
        for (int round = 0; round < rounds; round++) {
            int number = round;
            for (Contender contender : contenders) {
                if (problems.get(contender) == null) {
                    long start = System.nanoTime();
                    problems.put(contender, exchange(contender, process -> {
                        process.send("once " + model);
                        meet(contender, process);
                        process.reply("once " + model, PATIENCE);
                        add(startOf(model), contender, Sample.of(0, number, (System.nanoTime() - start) / 1e3));
                    }));
                }
            }
        }
        problems.forEach((contender, problem) -> close(startOf(model), contender, "us", problem));
    }

    /**
     * Measures the building and compiling of W8 and its gradient up to the first result, once in a new process,
     * and again.
     */
    void build(List<Contender> contenders) {
        Map<Contender, @Nullable String> problems = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            int number = round;
            for (Contender contender : contenders) {
                String problem = exchange(contender, process -> {
                    meet(contender, process);
                    add(FIRST_BUILD, contender, Sample.of(0, number, build(process)));
                    double[] next = new double[BUILDS];
                    for (int i = 0; i < BUILDS; i++) {
                        next[i] = build(process);
                    }
                    add(NEXT_BUILD, contender, Sample.of(0, number, Statistics.median(next)));
                });
                problems.put(contender, problem);
            }
        }
        problems.forEach((contender, problem) -> close(FIRST_BUILD, contender, "us", problem));
        problems.forEach((contender, problem) -> close(NEXT_BUILD, contender, "us", problem));
    }

    private static double build(WorkerProcess process) throws WorkerFailure {
        return process.ask("once W8", PATIENCE).path("micros").asDouble();
    }

    /** Measures the time from the building of a model to the ends of some of its first steps, in new processes. */
    void warmUp(List<Contender> contenders) {
        Map<Contender, @Nullable String> problems = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            int number = round;
            for (Contender contender : contenders) {
                problems.put(contender, exchange(contender, process -> {
                    meet(contender, process);
                    JsonNode reply = process.ask("steps " + Tasks.WARMED, PATIENCE);
                    for (int step : Worker.TIMED_STEPS) {
                        double micros = reply.path("step" + step).asDouble();
                        add(STEP + step, contender, Sample.of(0, number, micros));
                    }
                }));
            }
        }
        for (int step : Worker.TIMED_STEPS) {
            problems.forEach((contender, problem) -> close(STEP + step, contender, "us", problem));
        }
    }

    /** Measures the bytes that each model of layers takes. */
    void memory(List<Contender> contenders) {
        for (String model : Tasks.OF_LAYERS) {
            String id = Tasks.MEMORY + " " + model;
            for (Contender contender : contenders) {
                String problem = exchange(contender, process -> {
                    meet(contender, process);
                    add(
                            id,
                            contender,
                            Sample.of(
                                    0,
                                    0,
                                    process.ask(id, PATIENCE).path("bytes").asDouble()));
                });
                close(id, contender, "B", problem);
            }
        }
        progress.accept("memory: measured");
    }

    /** Measures the bytes that a step of each model allocates. */
    void allocation(Contender contender) {
        for (String model : Tasks.MODELS) {
            String id = Tasks.ALLOCATION + " " + model;
            String problem = exchange(contender, process -> {
                meet(contender, process);
                JsonNode reply = process.ask(id, PATIENCE);
                add(id, contender, Sample.of(0, 0, reply.path("bytes").asDouble()));
            });
            close(id, contender, "B", problem);
        }
        progress.accept("allocation: measured");
    }

    /** Computes a digest of each trained model, for several numbers of threads. */
    void bits(Contenders contenders) {
        for (int threads : TEAMS) {
            String key = Contender.AUTODIFF + "-" + threads + "-threads";
            Contender contender = contenders.ours(key, key, id -> true, threads);
            Map<String, @Nullable String> problems = new LinkedHashMap<>();
            String problem = exchange(contender, process -> {
                meet(contender, process);
                for (String model : Tasks.MODELS) {
                    String id = Tasks.BITS + " " + model;
                    String digest = process.ask(id, PATIENCE).path("digest").asText();
                    add(id, contender, new Sample(0, 0, 0, 0, 0, 1, digest));
                    problems.put(id, null);
                }
            });
            for (String model : Tasks.MODELS) {
                String id = Tasks.BITS + " " + model;
                close(id, contender, "digest", problems.containsKey(id) ? null : problem);
            }
        }
        progress.accept("bits: compared");
    }
}
