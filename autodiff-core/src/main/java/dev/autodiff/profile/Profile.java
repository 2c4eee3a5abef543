package dev.autodiff.profile;

import dev.autodiff.array.DType;
import dev.autodiff.graph.Tensor;
import dev.autodiff.text.TextFile;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The times of a compiled program, as data: by instruction, and by node of the graph as it was written.
 *
 * <pre>{@code
 * Profile profile = session.profile(train, feed(x, features), feed(y, labels));
 * profile.print();                              // tables, on the terminal
 * profile.write(Path.of("step.trace.json"));    // for chrome://tracing and ui.perfetto.dev
 * }</pre>
 *
 * <p><b>Times</b> are medians of many runs, each instruction's from reading the clock before and after it, less what a
 * reading takes. The program is the one that training runs, with everything fused, but instruction by instruction;
 * {@link Summary#step} is the time of a run in which the clock is not read, and in which instructions that do not
 * depend on each other run side by side.
 *
 * <p><b>Arithmetic</b> is counted by formula: 2mnk for a product of matrices, one operation an element for anything
 * elementwise, an exponential like an addition. What a program computes twice rather than store it counts twice.
 * <b>Traffic</b> is what has to be read and written at least: each operand and each result of an instruction once. If
 * it is more than the memory's peak, the data was in the caches.
 *
 * <p><b>Nodes</b> share the time of an instruction into which they were fused in proportion to the work of their
 * operations, in units of an addition: one for a multiply-add, about 25 for an exponential. What gradient rules make
 * belongs to the node whose rule it is, what an optimizer makes to the variable that it updates. Nodes that have no
 * time of their own were shared with others, folded, or need none.
 */
public final class Profile {
    /** The parts of a training step. */
    public enum Phase {
        /** The nodes that the user wrote. */
        FORWARD,
        /** The nodes that gradient rules made. */
        BACKWARD,
        /** The nodes that an optimizer made of the gradients. */
        UPDATE;

        /** In small letters. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A node of the graph as it was written.
     *
     * @param name with its name scopes; the operation's name if it was given none
     * @param source where in the user's code it was made
     */
    public record Node(long id, String name, String op, String source) {
        /** As {@code matmul (Model.java:12)}. */
        @Override
        public String toString() {
            return name + " (" + source + ")";
        }
    }

    /**
     * An operation that was fused into an instruction.
     *
     * @param name what the kernel does
     * @param node to which it belongs: with {@link Phase#BACKWARD} the one whose gradient rule it is part of, with
     *     {@link Phase#UPDATE} the variable that is updated
     * @param share of the instruction's work, from 0 to 1
     */
    public record Operation(String name, Node node, Phase phase, long flop, double share) {}

    /** The duration of something in nanoseconds, in a number of calls. */
    public record Timing(int calls, long total, long min, double median) {}

    /**
     * A compiled instruction.
     *
     * @param index its place in the program, from 0
     * @param description what it does, as {@code PreparedRun.describe()} has it
     * @param phase in which most of its work is; small loops of several phases may be fused
     * @param operations what was fused into it, in order
     * @param threads how many share the work
     * @param time of one call
     * @param flop in one call, see {@link Profile}
     * @param bytes read and written in one call, see {@link Profile}
     * @param gflopsPeak what the machine can do at most with this type
     */
    public record Instruction(
            int index,
            String description,
            Phase phase,
            List<Operation> operations,
            DType dtype,
            int threads,
            Timing time,
            long flop,
            long bytes,
            double gflopsPeak) {
        /** Copies the list. */
        public Instruction {
            operations = List.copyOf(operations);
        }

        /** Arithmetic in 10^9 operations a second. */
        public double gflops() {
            return rate((double) flop, time.median);
        }

        /** Memory traffic in 10^9 bytes a second. */
        public double gigabytes() {
            return rate((double) bytes, time.median);
        }
    }

    /**
     * The cost of a node.
     *
     * @param forward nanoseconds of its own operation
     * @param backward nanoseconds of its gradient rule
     * @param update nanoseconds of its update, if it is a variable
     * @param flop in all phases
     * @param bytes in all phases, shared like the time
     */
    public record NodeTime(Node node, double forward, double backward, double update, long flop, double bytes) {
        /** Nanoseconds in all phases. */
        public double total() {
            return forward + backward + update;
        }

        /** Arithmetic in 10^9 operations a second. */
        public double gflops() {
            return rate((double) flop, total());
        }

        /** Memory traffic in 10^9 bytes a second. */
        public double gigabytes() {
            return rate(bytes, total());
        }
    }

    /**
     * The subject of a profile and its settings.
     *
     * @param title what the program does
     * @param kernels that were used
     * @param threads that the machine's work is shared among at most
     * @param warm false if runs were still becoming faster when they were measured
     * @param step time of a whole run with nobody reading the clock
     * @param profiled time of a whole run with the clock read after each instruction
     */
    public record Summary(
            String title, String kernels, int threads, Peak peak, boolean warm, Timing step, Timing profiled) {}

    private final Summary summary;
    private final List<Instruction> instructions;
    private final List<NodeTime> nodes;
    private final long[] timeline;

    /**
     * A profile.
     *
     * @param timeline a run of typical duration: nanoseconds from its start to the begin of the first instruction and
     *     to the end of each
     */
    Profile(Summary summary, List<Instruction> instructions, List<NodeTime> nodes, long[] timeline) {
        this.summary = summary;
        this.instructions = List.copyOf(instructions);
        this.nodes = nodes.stream()
                .sorted(Comparator.comparingDouble(NodeTime::total).reversed())
                .toList();
        this.timeline = timeline.clone();
    }

    /**
     * Profiles the computation of a tensor and, if it is a floating-point scalar, of its gradients with respect to the
     * leaves that it depends on. Where placeholders are fed or variables are trained, a session makes the profile
     * ({@code session.profile(...)} in {@code dev.autodiff.nn}), or a {@link Profiler}.
     *
     * @throws dev.autodiff.graph.GraphException if it depends on a placeholder, which only a session can feed
     */
    public static Profile of(Tensor y) {
        return of(y, ProfileSettings.standard());
    }

    /** As {@link #of(Tensor)}, with other settings. */
    public static Profile of(Tensor y, ProfileSettings settings) {
        return Profiler.profile(y, settings);
    }

    private static double rate(double work, double nanoseconds) {
        return nanoseconds > 0 ? work / nanoseconds : 0;
    }

    // ---- what was measured ----

    /** Returns the subject of the profile and its settings. */
    public Summary summary() {
        return summary;
    }

    /** The instructions, in the order in which they run. */
    public List<Instruction> instructions() {
        return instructions;
    }

    /** The operations of the graph as it was written, and the variables that are updated, the most expensive first. */
    public List<NodeTime> byNode() {
        return nodes;
    }

    /** Nanoseconds of all instructions, the sum of their medians. */
    public double total() {
        return instructions.stream().mapToDouble(i -> i.time().median()).sum();
    }

    /** Nanoseconds of a phase: those instructions or parts of them that belong to it. */
    public double total(Phase phase) {
        double total = 0;
        for (Instruction instruction : instructions) {
            for (Operation operation : instruction.operations()) {
                total += operation.phase() == phase
                        ? operation.share() * instruction.time().median()
                        : 0;
            }
        }
        return total;
    }

    /** Floating-point operations of one run. */
    public long flop() {
        return instructions.stream().mapToLong(Instruction::flop).sum();
    }

    long[] timeline() {
        return timeline.clone();
    }

    // ---- to look at ----

    /** The whole as text: a summary, the instructions that take longest, the nodes that take longest. */
    public String table() {
        return ProfileTable.of(this, 20);
    }

    /** Prints {@link #table()} to standard output. */
    public void print() {
        System.out.print(table());
        System.out.flush();
    }

    /** All of it as JSON, in the form that {@code docs/profile-format.md} describes. */
    public String toJson() {
        return ProfileJson.of(this);
    }

    /**
     * A run of typical duration in the Trace Event Format, which the viewers of Chrome ({@code chrome://tracing}) and
     * Perfetto ({@code ui.perfetto.dev}) show.
     */
    public String toChromeTrace() {
        return ChromeTrace.of(this);
    }

    /**
     * Writes a file in the form that its name asks for: {@code .trace.json} for {@link #toChromeTrace()}, {@code .json}
     * for {@link #toJson()}, {@code .txt} for {@link #table()}.
     *
     * @return the file
     */
    public Path write(Path file) {
        String name = file.getFileName() == null ? "" : file.getFileName().toString();
        String small = name.toLowerCase(Locale.ROOT);
        String content;
        if (small.endsWith(".trace.json")) {
            content = toChromeTrace();
        } else if (small.endsWith(".json")) {
            content = toJson();
        } else if (small.endsWith(".txt")) {
            content = table();
        } else {
            throw new IllegalArgumentException(
                    "A profile is written as .trace.json (for Chrome's and Perfetto's viewer), as"
                            + " .json or as .txt, so it is not known what to write to " + file);
        }
        return TextFile.write(file, content);
    }

    /** As {@link #table()}. */
    @Override
    public String toString() {
        return table();
    }
}
