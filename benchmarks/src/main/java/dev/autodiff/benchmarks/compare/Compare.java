package dev.autodiff.benchmarks.compare;

import dev.autodiff.benchmarks.compare.Results.Participant;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code benchmarks/compare}. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        description = "Measures autodiff and other frameworks on the same models, in turns, and writes results.json,"
                + " results.md and results.svg.")
public final class Compare implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli replaces it

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "TASK",
            description =
                    "Tasks to run: W1 to W12, I1, I128, G (all matrix products) or one such as G512x512x512, start,"
                            + " warm-up, build, memory, allocation, bits, machine. Default: all.")
    private List<String> only = List.of();

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "PEER",
            description = "Peers to compare with: torch, jax, djl, nd4j, tensorflow, or none. Default: all.")
    private List<String> peers = Contenders.PEERS;

    @Option(
            names = "--threads",
            description = "Threads of each contender. Default: ${DEFAULT-VALUE}, the number of cores.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--forks", description = "Number of starts of the processes. Default: ${DEFAULT-VALUE}.")
    private int forks = 2;

    @Option(names = "--rounds", description = "Number of rounds after each start. Default: ${DEFAULT-VALUE}.")
    private int rounds = 3;

    @Option(names = "--seconds", description = "Length of each measurement, in seconds. Default: ${DEFAULT-VALUE}.")
    private double seconds = 0.5;

    @Option(
            names = "--warm-up",
            description = "Maximum number of seconds before the first round. Default: ${DEFAULT-VALUE}.")
    private double warmUp = 10;

    @Option(names = "--quick", description = "One start and shorter measurements, with less reliable results.")
    private boolean quick;

    @Option(
            names = "--python",
            paramLabel = "PATH",
            description = "The Python interpreter with PyTorch and JAX. Default: ${DEFAULT-VALUE}.")
    private String python = "python3";

    @Option(names = "--java-peers", description = "Build the peers in Java first; Maven downloads about 500 MB once.")
    @SuppressWarnings("UnusedVariable") // the script does it before this program runs
    private boolean javaPeers;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for the results. Default: ${DEFAULT-VALUE}.")
    private Path out = Path.of("out", "compare");

    @Option(names = "--merge", description = "Keep the results in DIR/results.json of tasks that are not measured now.")
    private boolean merge;

    /** Runs the command, and ends the virtual machine with its exit code. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Compare()).execute(args));
    }

    @Override
    @SuppressWarnings("SystemOut") // a command
    public Integer call() throws IOException {
        checkNumbers();
        List<String> tasks = orUsage(() -> Tasks.named(only));
        Path root = Path.of(System.getProperty("autodiff.root", "."));
        List<String> chosen = peers.equals(List.of("none")) ? List.of() : peers;
        Contenders contenders = new Contenders(root, python, threads);
        List<Contender> all = orUsage(() -> contenders.all(chosen));
        ResultsFile file = new ResultsFile(out);
        Results older = merge && file.exists() ? file.read() : null;
        String date = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();

        Comparison comparison = new Comparison(schedule(), out.resolve("logs"), System.err::println);
        for (List<String> group : Tasks.groups(tasks)) {
            comparison.run(group, all);
        }
        SingleShots singleShots =
                singleShots(tasks, contenders, present(all, comparison.participants()), System.err::println);

        List<Results.Measurement> measurements = new ArrayList<>(comparison.measurements());
        measurements.addAll(singleShots.measurements());
        List<Participant> participants = new ArrayList<>(comparison.participants());
        participants.addAll(singleShots.participantsBesides(comparison.participants()));
        Results results =
                new Results(Results.FORMAT, date, settings(), Machine.here(), participants, measurements, List.of());
        Results merged = older == null ? results : results.over(older);
        file.write(merged.withChecks(Targets.judge(merged)));
        System.out.println(MarkdownReport.of(merged.withChecks(Targets.judge(merged))));
        System.out.println("Written to " + out.toAbsolutePath().normalize());
        return 0;
    }

    private void checkNumbers() {
        require(threads >= 1, "--threads has to be at least 1, not " + threads);
        require(forks >= 1, "--forks has to be at least 1, not " + forks);
        require(rounds >= 1, "--rounds has to be at least 1, not " + rounds);
        require(seconds > 0 && seconds <= 60, "--seconds has to be above 0 and at most 60, not " + seconds);
        require(warmUp > 0 && warmUp <= 60, "--warm-up has to be above 0 and at most 60, not " + warmUp);
    }

    /** Returns the value of an option, or reports its error as wrong usage. */
    private <T> T orUsage(Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private Comparison.Schedule schedule() {
        return quick
                ? new Comparison.Schedule(1, rounds, Math.min(seconds, 0.2), Math.min(warmUp, 3), 100, 60)
                : new Comparison.Schedule(forks, rounds, seconds, warmUp, 100, 60);
    }

    private Map<String, String> settings() {
        Comparison.Schedule schedule = schedule();
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("threads", Integer.toString(threads));
        settings.put("starts", Integer.toString(schedule.forks()));
        settings.put("rounds after each", Integer.toString(schedule.rounds()));
        settings.put("seconds each", Double.toString(schedule.seconds()));
        return settings;
    }

    /** Returns the main contenders, without those that could not be started. */
    private static List<Contender> present(List<Contender> all, List<Participant> participants) {
        return all.stream()
                .filter(Contender::isMain)
                .filter(contender -> contender.problem() == null)
                .filter(contender -> participants.stream()
                        .noneMatch(participant ->
                                participant.key().equals(contender.key()) && participant.problem() != null))
                .toList();
    }

    private SingleShots singleShots(
            List<String> tasks, Contenders contenders, List<Contender> present, Consumer<String> progress) {
        SingleShots singleShots =
                new SingleShots(out.resolve("logs"), schedule().forks() * rounds, progress);
        if (tasks.contains(Tasks.START)) {
            singleShots.start(present);
        }
        if (tasks.contains(Tasks.WARM_UP)) {
            singleShots.warmUp(present);
        }
        if (tasks.contains(Tasks.MEMORY)) {
            singleShots.memory(present.stream()
                    .filter(contender -> contender.ours() || contender.key().equals(Contender.TORCH))
                    .toList());
        }
        if (tasks.contains(Tasks.BUILD)) {
            singleShots.build(present.stream()
                    .filter(contender -> contender.ours() || contender.key().equals(Contender.JAX))
                    .toList());
        }
        if (tasks.contains(Tasks.ALLOCATION)) {
            present.stream().filter(Contender::ours).forEach(singleShots::allocation);
        }
        if (tasks.contains(Tasks.BITS)) {
            singleShots.bits(contenders);
        }
        return singleShots;
    }
}
