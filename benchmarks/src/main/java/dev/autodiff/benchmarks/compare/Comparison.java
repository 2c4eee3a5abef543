package dev.autodiff.benchmarks.compare;

import com.fasterxml.jackson.databind.JsonNode;
import dev.autodiff.benchmarks.compare.Results.Measurement;
import dev.autodiff.benchmarks.compare.Results.Participant;
import dev.autodiff.benchmarks.compare.Results.Sample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A comparison of contenders in rounds: all processes are kept warm, and in each round every contender measures once.
 * Each round begins with another contender.
 */
final class Comparison {
    private static final Duration START_PATIENCE = Duration.ofMinutes(2);
    private static final long NANOS = 1_000_000_000;
    /** A warm-up run counts as faster if its time is below this fraction of the best time so far. */
    private static final double FASTER = 0.95;

    private final Schedule schedule;
    private final Path logs;
    private final Consumer<String> progress;
    private final Map<String, Participant> participants = new LinkedHashMap<>();
    private final List<Measurement> measurements = new ArrayList<>();

    /**
     * The number and the lengths of the measurements.
     *
     * @param forks the number of times that the processes are started for each model
     * @param rounds the number of rounds after each start
     * @param seconds the length of each measurement
     * @param warmUp the maximum number of seconds before the first round
     * @param pause the milliseconds before each measurement, in which the spinning threads of idle processes go
     *     to sleep
     * @param patience the seconds that a reply may take in addition to twice the length of the measurement
     */
    record Schedule(int forks, int rounds, double seconds, double warmUp, int pause, int patience) {}

    Comparison(Schedule schedule, Path logs, Consumer<String> progress) {
        this.schedule = schedule;
        this.logs = logs;
        this.progress = progress;
    }

    /** Returns the contenders that were started, with the problem of those that could not be. */
    List<Participant> participants() {
        return List.copyOf(participants.values());
    }

    /** Returns the measurements so far. */
    List<Measurement> measurements() {
        return List.copyOf(measurements);
    }

    /** Measures tasks in rounds; the same processes run all of them. */
    void run(List<String> ids, List<Contender> contenders) {
        TaskGroup group = new TaskGroup(ids, contenders);
        for (int fork = 0; fork < schedule.forks; fork++) {
            group.run(fork);
        }
        for (String id : ids) {
            for (Contender contender : contenders) {
                if (contender.tasks().test(id)) {
                    measurements.add(group.measurement(id, contender));
                }
            }
        }
    }

    private void record(Participant participant) {
        Participant before = participants.put(participant.key(), participant);
        if (participant.problem() != null) {
            progress.accept(participant.name() + " could not run: " + participant.problem());
        } else if (before == null) {
            progress.accept(participant.name() + " " + participant.version() + " (" + participant.about() + ")");
        }
    }

    private boolean failed(Contender contender) {
        Participant known = participants.get(contender.key());
        return known != null && known.problem() != null;
    }

    /** The samples of one contender at one task so far. */
    private static final class Samples {
        private final List<Sample> list = new ArrayList<>();
        private @Nullable String problem;
        private double work;
    }

    /** Tasks that the same processes run, with the contenders. */
    private final class TaskGroup {
        private final List<String> ids;
        private final List<Contender> contenders;
        private final Map<Contender, WorkerProcess> running = new LinkedHashMap<>();
        private final Map<String, Samples> samples = new LinkedHashMap<>();
        /** Contenders whose process ended: they are not started again for these tasks. */
        private final Set<Contender> excluded = new HashSet<>();

        TaskGroup(List<String> ids, List<Contender> contenders) {
            this.ids = ids;
            this.contenders = contenders;
        }

        void run(int fork) {
            start();
            try {
                for (String id : ids) {
                    rounds(id, fork);
                }
            } finally {
                running.values().forEach(WorkerProcess::close);
                running.clear();
            }
        }

        /** Starts all processes at the same time, then waits for the first reply of each. */
        private void start() {
            Map<Contender, WorkerProcess> started = new LinkedHashMap<>();
            for (Contender contender : contenders) {
                if (failed(contender)
                        || excluded.contains(contender)
                        || ids.stream().noneMatch(contender.tasks())) {
                    continue;
                }
                try {
                    started.put(contender, WorkerProcess.start(contender, logs));
                } catch (WorkerFailure e) {
                    record(absent(contender, e));
                }
            }
            started.forEach((contender, process) -> {
                try {
                    record(participant(contender, process.reply("start", START_PATIENCE)));
                    running.put(contender, process);
                } catch (WorkerFailure e) {
                    process.close();
                    record(absent(contender, e));
                }
            });
        }

        private void rounds(String id, int fork) {
            List<Contender> present =
                    running.keySet().stream().filter(e -> e.tasks().test(id)).toList();
            present.forEach(contender -> warmUp(id, contender));
            // The first round does not count: the compilers may still be busy with methods from the warm-up.
            for (int round = -1; round < schedule.rounds; round++) {
                for (int i = 0; i < present.size(); i++) {
                    Contender contender = present.get((i + round + 1) % present.size());
                    JsonNode reply = measure(id, schedule.seconds, contender);
                    if (reply != null && round >= 0) {
                        Samples samples = samples(id, contender);
                        samples.list.add(sample(fork, round, reply));
                        samples.work = reply.path("work").asDouble();
                    }
                }
            }
            progress.accept(summary(id, fork, present));
        }

        /** Runs a task until it gets no faster, or until the time for the warm-up is over. */
        private void warmUp(String id, Contender contender) {
            double best = Double.POSITIVE_INFINITY;
            int withoutGain = 0;
            for (double spent = 0; spent < schedule.warmUp && withoutGain < 2; spent += schedule.seconds) {
                JsonNode reply = measure(id, schedule.seconds, contender);
                if (reply == null) {
                    return;
                }
                double median = reply.path("median").asDouble();
                withoutGain = median < FASTER * best ? 0 : withoutGain + 1;
                best = Math.min(best, median);
            }
        }

        /** Measures once; returns null if that is impossible, and keeps the reason in the samples. */
        private @Nullable JsonNode measure(String id, double seconds, Contender contender) {
            Samples samples = samples(id, contender);
            WorkerProcess process = running.get(contender);
            if (samples.problem != null || process == null) {
                return null;
            }
            try {
                Thread.sleep(schedule.pause);
                Duration patience = Duration.ofNanos((long) ((2 * seconds + schedule.patience) * NANOS));
                return process.ask("run " + id + " " + seconds, patience);
            } catch (WorkerFailure e) {
                samples.problem = e.getMessage();
                progress.accept(contender.title() + " cannot run " + id + ": " + e.getMessage());
                if (e.fatal()) {
                    running.remove(contender);
                    process.close();
                    excluded.add(contender);
                }
                return null;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted between two measurements", e);
            }
        }

        private Samples samples(String id, Contender contender) {
            return samples.computeIfAbsent(id + ' ' + contender.key(), key -> new Samples());
        }

        private String summary(String id, int fork, List<Contender> present) {
            StringBuilder line = new StringBuilder(id + " (start " + (fork + 1) + "):");
            for (Contender contender : present) {
                double[] medians = samples(id, contender).list.stream()
                        .filter(sample -> sample.fork() == fork)
                        .mapToDouble(Sample::median)
                        .toArray();
                if (medians.length > 0) {
                    line.append("  ")
                            .append(contender.key())
                            .append(' ')
                            .append(Figures.micros(Statistics.median(medians)));
                }
            }
            return line.toString();
        }

        Measurement measurement(String id, Contender contender) {
            Samples samples = samples(id, contender);
            String problem = samples.problem;
            if (problem == null && samples.list.isEmpty()) {
                Participant participant = participants.get(contender.key());
                problem = participant == null || participant.problem() == null
                        ? "its process had ended"
                        : participant.problem();
            }
            return new Measurement(id, contender.key(), "us", samples.work, List.copyOf(samples.list), problem);
        }
    }

    private static Participant absent(Contender contender, WorkerFailure failure) {
        return new Participant(contender.key(), contender.title(), "", "", failure.getMessage());
    }

    static Participant participant(Contender contender, JsonNode reply) {
        return new Participant(
                contender.key(),
                contender.title(),
                reply.path("version").asText("unknown"),
                reply.path("about").asText(""),
                null);
    }

    static Sample sample(int fork, int round, JsonNode reply) {
        return new Sample(
                fork,
                round,
                reply.path("median").asDouble(),
                reply.path("min").asDouble(),
                reply.path("p90").asDouble(),
                reply.path("steps").asLong(),
                null);
    }
}
