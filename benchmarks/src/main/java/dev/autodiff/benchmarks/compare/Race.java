package dev.autodiff.benchmarks.compare;

import com.fasterxml.jackson.databind.JsonNode;
import dev.autodiff.benchmarks.compare.Results.Entry;
import dev.autodiff.benchmarks.compare.Results.Measurement;
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
 * Measures tasks in rounds: all processes are kept warm, and in each round every contender measures once, each round beginning
 * with another.
 */
final class Race {
    private static final Duration START_PATIENCE = Duration.ofMinutes(2);
    private static final long NANOS = 1_000_000_000;
    /** During the warm-up, a run that takes no less than this share of the best time so far brought nothing. */
    private static final double FASTER = 0.95;

    private final Pace pace;
    private final Path logs;
    private final Consumer<String> progress;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final List<Measurement> measurements = new ArrayList<>();

    /**
     * How long and how often.
     *
     * @param forks how often the processes are started afresh for each model
     * @param rounds after each start
     * @param seconds of each measurement
     * @param warmUp seconds before the first round, at most
     * @param pause milliseconds before each measurement, in which threads that spin in idle processes go to sleep
     * @param patience seconds that a reply may take beyond the time of the measurement
     */
    record Pace(int forks, int rounds, double seconds, double warmUp, int pause, int patience) {}

    Race(Pace pace, Path logs, Consumer<String> progress) {
        this.pace = pace;
        this.logs = logs;
        this.progress = progress;
    }

    /** Who took part, or why not. */
    List<Entry> entries() {
        return List.copyOf(entries.values());
    }

    /** What they did. */
    List<Measurement> measurements() {
        return List.copyOf(measurements);
    }

    /** Runs tasks in rounds, all by the same processes. */
    void run(List<String> ids, List<Entrant> entrants) {
        Heat heat = new Heat(ids, entrants);
        for (int fork = 0; fork < pace.forks; fork++) {
            heat.run(fork);
        }
        for (String id : ids) {
            for (Entrant entrant : entrants) {
                if (entrant.tasks().test(id)) {
                    measurements.add(heat.measurement(id, entrant));
                }
            }
        }
    }

    private void enter(Entry entry) {
        Entry before = entries.put(entry.key(), entry);
        if (entry.problem() != null) {
            progress.accept(entry.name() + " could not run: " + entry.problem());
        } else if (before == null) {
            progress.accept(entry.name() + " " + entry.version() + " (" + entry.about() + ")");
        }
    }

    private boolean isHopeless(Entrant entrant) {
        Entry known = entries.get(entrant.key());
        return known != null && known.problem() != null;
    }

    /** What one contender has done at one task so far. */
    private static final class Tally {
        private final List<Sample> samples = new ArrayList<>();
        private @Nullable String problem;
        private double work;
    }

    /** Some tasks and everybody who takes part in them. */
    private final class Heat {
        private final List<String> ids;
        private final List<Entrant> entrants;
        private final Map<Entrant, WorkerProcess> running = new LinkedHashMap<>();
        private final Map<String, Tally> tallies = new LinkedHashMap<>();
        /** Whose process died: it is not started again for these tasks. */
        private final Set<Entrant> out = new HashSet<>();

        Heat(List<String> ids, List<Entrant> entrants) {
            this.ids = ids;
            this.entrants = entrants;
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

        /** Starts everybody at the same time, then waits for each to say who it is. */
        private void start() {
            Map<Entrant, WorkerProcess> started = new LinkedHashMap<>();
            for (Entrant entrant : entrants) {
                if (isHopeless(entrant) || out.contains(entrant) || ids.stream().noneMatch(entrant.tasks())) {
                    continue;
                }
                try {
                    started.put(entrant, WorkerProcess.start(entrant, logs));
                } catch (WorkerFailure e) {
                    enter(absent(entrant, e));
                }
            }
            started.forEach((entrant, process) -> {
                try {
                    enter(entry(entrant, process.reply("start", START_PATIENCE)));
                    running.put(entrant, process);
                } catch (WorkerFailure e) {
                    process.close();
                    enter(absent(entrant, e));
                }
            });
        }

        private void rounds(String id, int fork) {
            List<Entrant> field =
                    running.keySet().stream().filter(e -> e.tasks().test(id)).toList();
            field.forEach(entrant -> warmUp(id, entrant));
            // The first round does not count: compilers still work off what the warm-up left behind.
            for (int round = -1; round < pace.rounds; round++) {
                for (int i = 0; i < field.size(); i++) {
                    Entrant entrant = field.get((i + round + 1) % field.size());
                    JsonNode reply = measure(id, pace.seconds, entrant);
                    if (reply != null && round >= 0) {
                        Tally tally = tally(id, entrant);
                        tally.samples.add(sample(fork, round, reply));
                        tally.work = reply.path("work").asDouble();
                    }
                }
            }
            progress.accept(summary(id, fork, field));
        }

        /** Runs a task until it does not get faster any more, or for as long as it may take. */
        private void warmUp(String id, Entrant entrant) {
            double best = Double.POSITIVE_INFINITY;
            int inVain = 0;
            for (double spent = 0; spent < pace.warmUp && inVain < 2; spent += pace.seconds) {
                JsonNode reply = measure(id, pace.seconds, entrant);
                if (reply == null) {
                    return;
                }
                double median = reply.path("median").asDouble();
                inVain = median < FASTER * best ? 0 : inVain + 1;
                best = Math.min(best, median);
            }
        }

        /** One measurement; null if it cannot be made, and the tally says why. */
        private @Nullable JsonNode measure(String id, double seconds, Entrant entrant) {
            Tally tally = tally(id, entrant);
            WorkerProcess process = running.get(entrant);
            if (tally.problem != null || process == null) {
                return null;
            }
            try {
                Thread.sleep(pace.pause);
                Duration patience = Duration.ofNanos((long) ((2 * seconds + pace.patience) * NANOS));
                return process.ask("run " + id + " " + seconds, patience);
            } catch (WorkerFailure e) {
                tally.problem = e.getMessage();
                progress.accept(entrant.title() + " cannot run " + id + ": " + e.getMessage());
                if (e.fatal()) {
                    running.remove(entrant);
                    process.close();
                    out.add(entrant);
                }
                return null;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted between two measurements", e);
            }
        }

        private Tally tally(String id, Entrant entrant) {
            return tallies.computeIfAbsent(id + ' ' + entrant.key(), key -> new Tally());
        }

        private String summary(String id, int fork, List<Entrant> field) {
            StringBuilder line = new StringBuilder(id + " (start " + (fork + 1) + "):");
            for (Entrant entrant : field) {
                double[] medians = tally(id, entrant).samples.stream()
                        .filter(sample -> sample.fork() == fork)
                        .mapToDouble(Sample::median)
                        .toArray();
                if (medians.length > 0) {
                    line.append("  ")
                            .append(entrant.key())
                            .append(' ')
                            .append(Figures.micros(Statistics.median(medians)));
                }
            }
            return line.toString();
        }

        Measurement measurement(String id, Entrant entrant) {
            Tally tally = tally(id, entrant);
            String problem = tally.problem;
            if (problem == null && tally.samples.isEmpty()) {
                Entry entry = entries.get(entrant.key());
                problem = entry == null || entry.problem() == null ? "its process had ended" : entry.problem();
            }
            return new Measurement(id, entrant.key(), "us", tally.work, List.copyOf(tally.samples), problem);
        }
    }

    private static Entry absent(Entrant entrant, WorkerFailure failure) {
        return new Entry(entrant.key(), entrant.title(), "", "", failure.getMessage());
    }

    static Entry entry(Entrant entrant, JsonNode reply) {
        return new Entry(
                entrant.key(),
                entrant.title(),
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
