package dev.autodiff.benchmarks.compare;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The results of a comparison, which are the content of {@code results.json}.
 *
 * @param format the version of this format, 1
 * @param date the time at which the comparison began, ISO 8601
 * @param settings the number of rounds, seconds and so on
 * @param machine the machine
 * @param contenders the contenders, with those that could not run
 * @param measurements all samples
 * @param checks the targets, with their verdicts
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Results(
        int format,
        String date,
        Map<String, String> settings,
        Machine machine,
        List<Participant> contenders,
        List<Measurement> measurements,
        List<Check> checks) {
    static final int FORMAT = 1;

    /**
     * A contender as it took part.
     *
     * @param key the contender's name in measurements
     * @param name the name of the framework
     * @param version the version of the framework
     * @param about the configuration
     * @param problem the reason why it could not run, or null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Participant(
            String key,
            String name,
            String version,
            String about,
            @Nullable String problem) {}

    /**
     * The measurements of one contender at one task.
     *
     * @param id the task
     * @param contender the key of the contender
     * @param unit the unit of the samples: {@code us} (microseconds per step), {@code B} (bytes per
     *     step), {@code digest}
     * @param work the floating-point operations or bytes of one step, 0 if unknown
     * @param samples the samples, one for each round
     * @param problem the reason why samples are missing, or null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Measurement(
            String id,
            String contender,
            String unit,
            double work,
            List<Sample> samples,
            @Nullable String problem) {
        double median() {
            return Statistics.median(medians());
        }

        double[] medians() {
            return samples.stream().mapToDouble(Sample::median).toArray();
        }
    }

    /**
     * The measurement of one round.
     *
     * @param fork the number of the start of the processes, from 0
     * @param round the number of the round after that start, from 0
     * @param median the median of the steps' times in this round, or the only number that was measured
     * @param min the shortest time
     * @param p90 the 90th percentile of the times
     * @param steps the number of steps that were timed
     * @param digest a checksum of the results, if the task asks for one
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Sample(
            int fork,
            int round,
            double median,
            double min,
            double p90,
            long steps,
            @Nullable String digest) {
        static Sample of(int fork, int round, double value) {
            return new Sample(fork, round, value, value, value, 1, null);
        }
    }

    /**
     * A target.
     *
     * @param id the task
     * @param what the compared quantity, in words
     * @param against the contender that it is compared with, or null
     * @param value the measured value, or null
     * @param low the lowest of the rounds
     * @param high the highest of the rounds
     * @param relation {@code <=}, {@code >=} or {@code =}
     * @param limit the target value
     * @param met true if the target was reached, null if nothing was measured
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Check(
            String id,
            String what,
            @Nullable String against,
            @Nullable Double value,
            @Nullable Double low,
            @Nullable Double high,
            String relation,
            double limit,
            @Nullable Boolean met) {
        Check judged(boolean reached) {
            return new Check(id, what, against, value, low, high, relation, limit, reached);
        }
    }

    /** Returns the measurement of a contender at a task, if it has samples. */
    Optional<Measurement> figures(String id, String contender) {
        return find(id, contender).filter(measurement -> !measurement.samples.isEmpty());
    }

    Optional<Measurement> find(String id, String contender) {
        return measurements.stream()
                .filter(measurement -> measurement.id.equals(id) && measurement.contender.equals(contender))
                .findFirst();
    }

    /** Returns the tasks with the given prefix, in the order in which they were measured. */
    List<String> ids(String prefix) {
        return measurements.stream()
                .map(Measurement::id)
                .filter(id -> id.startsWith(prefix))
                .distinct()
                .toList();
    }

    Results withChecks(List<Check> newChecks) {
        return new Results(format, date, settings, machine, contenders, measurements, newChecks);
    }

    /**
     * Merges these results with older ones: adds the tasks that were not measured again, and joins the samples of the
     * machine's performance.
     */
    Results over(Results older) {
        List<String> measured = ids("");
        List<Measurement> all = new ArrayList<>();
        for (Measurement old : older.measurements) {
            if (!measured.contains(old.id)) {
                all.add(old);
            }
        }
        for (Measurement own : measurements) {
            Optional<Measurement> before =
                    Tasks.isMachine(own.id) ? older.find(own.id, own.contender) : Optional.empty();
            all.add(before.map(old -> join(old, own)).orElse(own));
        }
        List<Participant> participants = new ArrayList<>(contenders);
        for (Participant old : older.contenders) {
            if (participants.stream().noneMatch(participant -> participant.key.equals(old.key))) {
                participants.add(old);
            }
        }
        return new Results(format, date, settings, machine, participants, all, List.of());
    }

    private static Measurement join(Measurement a, Measurement b) {
        List<Sample> samples = new ArrayList<>(a.samples);
        samples.addAll(b.samples);
        return new Measurement(b.id, b.contender, b.unit, b.work, samples, b.problem);
    }
}
