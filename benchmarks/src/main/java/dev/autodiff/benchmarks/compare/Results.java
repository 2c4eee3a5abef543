package dev.autodiff.benchmarks.compare;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison found out: the content of {@code results.json}.
 *
 * @param format 1, the version of this form
 * @param date when the run began, ISO 8601
 * @param settings rounds, seconds and so on, as the run was asked for
 * @param machine what it ran on
 * @param contenders who took part, or could not
 * @param measurements every sample
 * @param checks what is aimed at, and whether it was reached
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
     * A contender.
     *
     * @param key its name in measurements
     * @param name the framework's
     * @param version the framework's
     * @param about how it was set up
     * @param problem why it could not run, if so
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Participant(
            String key,
            String name,
            String version,
            String about,
            @Nullable String problem) {}

    /**
     * What one contender did at one task.
     *
     * @param id the task
     * @param contender its key
     * @param unit of the samples: {@code us} (microseconds a step), {@code B} (bytes a step), {@code digest}
     * @param work floating-point operations or bytes of one step, where known, otherwise 0
     * @param samples one for each round
     * @param problem why there are none, or no more
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
     * What was measured in one round.
     *
     * @param fork which start of the processes, counted from 0
     * @param round which round after that start, counted from 0
     * @param median of the steps' times in this round, or the one number that was measured
     * @param min the shortest
     * @param p90 nine of ten steps took no longer
     * @param steps how many steps were timed
     * @param digest a checksum of the results, where that is what is asked for
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
     * Something that is aimed at.
     *
     * @param id the task that it is about
     * @param what is compared, in words
     * @param against the contender that it is compared with, if any
     * @param value what was measured; absent if it could not be
     * @param low the lowest of the rounds
     * @param high the highest of the rounds
     * @param relation {@code <=}, {@code >=} or {@code =}
     * @param limit what is aimed at
     * @param met whether it was reached; absent if nothing was measured
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

    /** What a contender did at a task, if it has any figures. */
    Optional<Measurement> figures(String id, String contender) {
        return find(id, contender).filter(measurement -> !measurement.samples.isEmpty());
    }

    Optional<Measurement> find(String id, String contender) {
        return measurements.stream()
                .filter(measurement -> measurement.id.equals(id) && measurement.contender.equals(contender))
                .findFirst();
    }

    /** The tasks that start with a text, in the order in which they were measured. */
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
     * These results, and of older ones the tasks that were not measured again. What tells about the machine is kept of both.
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
