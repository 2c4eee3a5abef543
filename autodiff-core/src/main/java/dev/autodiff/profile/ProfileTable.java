package dev.autodiff.profile;

import dev.autodiff.profile.Profile.Instruction;
import dev.autodiff.profile.Profile.NodeTime;
import dev.autodiff.profile.Profile.Operation;
import dev.autodiff.profile.Profile.Phase;
import dev.autodiff.profile.Profile.Summary;
import dev.autodiff.text.PlainText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Writes a profile as tables for a terminal. */
final class ProfileTable {
    private static final int WIDEST = 36;

    private final Profile profile;
    private final Peak peak;
    /** The largest part of the peak that an instruction reaches; above 1, the peak is wrong. */
    private final double highest;

    private final StringBuilder text = new StringBuilder();

    private ProfileTable(Profile profile) {
        this.profile = profile;
        this.peak = profile.summary().peak();
        this.highest = profile.instructions().stream()
                .mapToDouble(i -> i.gflops() / i.gflopsPeak())
                .max()
                .orElse(0);
    }

    /**
     * The text.
     *
     * @param most how many instructions and nodes are shown
     */
    static String of(Profile profile, int most) {
        ProfileTable table = new ProfileTable(profile);
        table.summary();
        table.instructions(most);
        table.nodes(most);
        return PlainText.of(table.text.toString());
    }

    private void summary() {
        Summary summary = profile.summary();
        double step = summary.step().median();
        line(
                "Profile of %s: %s kernels, %d thread%s",
                summary.title(), summary.kernels(), summary.threads(), summary.threads() == 1 ? "" : "s");
        line(
                "one run takes %s (median of %d), or %s with the clock read after each instruction",
                duration(step),
                summary.step().calls(),
                duration(summary.profiled().median()));
        line(
                "%s FLOP a run make %s GFLOP/s; the machine's peak is %s GFLOP/s and %s GB/s of memory",
                count((double) profile.flop()),
                number(profile.flop() / step),
                number(peak.gflops()),
                number(peak.gigabytes()));
        List<String> phases = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            double time = profile.total(phase);
            if (time > 0) {
                phases.add(phase.label() + " " + duration(time) + " (" + percent(time / profile.total()) + " %)");
            }
        }
        line("%s", String.join(", ", phases));
        warnings();
    }

    private void warnings() {
        if (highest > 1) {
            line(
                    "Warning: %s %% of the peak was measured, so the peak is too low: the machine was busy with other"
                            + " work, or slowed down, while it was measured, and its column is left empty. Profile"
                            + " again when it is quiet",
                    number(100 * highest));
        }
        if (!profile.summary().warm()) {
            line("Warning: runs were still becoming faster when the warm-up was over, so they were measured too slow."
                    + " Profile with a longer warm-up, or when the machine is quiet");
        }
    }

    private void instructions(int most) {
        List<Instruction> sorted = profile.instructions().stream()
                .sorted(Comparator.comparingDouble((Instruction i) -> i.time().median())
                        .reversed())
                .toList();
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {
            "#", "instruction", "phase", "threads", "µs", "%", "GFLOP/s", "% peak", "GB/s", "% memory", "node"
        });
        for (Instruction i : sorted.subList(0, Math.min(most, sorted.size()))) {
            rows.add(new String[] {
                Integer.toString(i.index()),
                cut(i.description()),
                i.phase().label(),
                Integer.toString(i.threads()),
                micros(i.time().median()),
                percent(i.time().median() / profile.total()),
                work(i.flop(), i.gflops()),
                ofPeak(i.flop(), i.gflops() / i.gflopsPeak()),
                number(i.gigabytes()),
                number(100 * i.gigabytes() / peak.gigabytes()),
                cut(mainNode(i))
            });
        }
        table(rows, "rllrrrrrrrl");
        rest(
                "instructions",
                sorted.stream().skip(most).mapToDouble(i -> i.time().median()).toArray());
    }

    /** The node with the largest share, and how many others there are. */
    private static String mainNode(Instruction instruction) {
        Operation main = instruction.operations().stream()
                .max(Comparator.comparingDouble(Operation::share))
                .orElseThrow();
        long others = instruction.operations().stream()
                .map(Operation::node)
                .filter(node -> !node.equals(main.node()))
                .distinct()
                .count();
        return main.node() + (others == 0 ? "" : " +" + others);
    }

    private void nodes(int most) {
        List<NodeTime> busy =
                profile.byNode().stream().filter(node -> node.total() > 0).toList();
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {
            "node", "forward µs", "backward µs", "update µs", "%", "GFLOP/s", "% peak", "GB/s", "% memory"
        });
        for (NodeTime n : busy.subList(0, Math.min(most, busy.size()))) {
            rows.add(new String[] {
                cut(n.node().toString()),
                n.forward() > 0 ? micros(n.forward()) : "-",
                n.backward() > 0 ? micros(n.backward()) : "-",
                n.update() > 0 ? micros(n.update()) : "-",
                percent(n.total() / profile.total()),
                work(n.flop(), n.gflops()),
                ofPeak(n.flop(), n.gflops() / peak.gflops()),
                number(n.gigabytes()),
                number(100 * n.gigabytes() / peak.gigabytes())
            });
        }
        table(rows, "lrrrrrrrr");
        rest("nodes", busy.stream().skip(most).mapToDouble(NodeTime::total).toArray());
        int idle = profile.byNode().size() - busy.size();
        if (idle > 0) {
            line(
                    "%d node%s no time: shared with others, folded, or nothing to do",
                    idle, idle == 1 ? " takes" : "s take");
        }
    }

    private void rest(String what, double[] nanoseconds) {
        if (nanoseconds.length > 0) {
            double part = Arrays.stream(nanoseconds).sum() / profile.total();
            line("and %d more %s, %s %% of the time", nanoseconds.length, what, percent(part));
        }
    }

    /**
     * Aligned columns.
     *
     * @param sides for each column a letter: l for left, r for right
     */
    private void table(List<String[]> rows, String sides) {
        int columns = rows.get(0).length;
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        text.append('\n');
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String space = " ".repeat(widths[i] - row[i].length());
                boolean right = sides.charAt(i) == 'r';
                line.append(i == 0 ? "" : "  ").append(right ? space + row[i] : row[i] + space);
            }
            line("%s", line.toString().stripTrailing());
        }
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String cut(String words) {
        return words.length() <= WIDEST ? words : words.substring(0, WIDEST - 1) + "…";
    }

    /** A rate of arithmetic, where there is any. */
    private static String work(long flop, double rate) {
        return flop == 0 ? "-" : number(rate);
    }

    /** A part of the arithmetic peak, in percent, unless that is known to be wrong. */
    private String ofPeak(long flop, double part) {
        return highest > 1 ? "-" : work(flop, 100 * part);
    }

    private static String micros(double nanoseconds) {
        return String.format(Locale.ROOT, nanoseconds < 10_000 ? "%.2f" : "%.1f", nanoseconds / 1000);
    }

    private static String percent(double part) {
        return String.format(Locale.ROOT, "%.1f", 100 * part);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
    }

    private static String duration(double nanoseconds) {
        return nanoseconds < 1e6
                ? micros(nanoseconds) + " µs"
                : String.format(Locale.ROOT, nanoseconds < 1e7 ? "%.2f ms" : "%.1f ms", nanoseconds / 1e6);
    }

    private static String count(double operations) {
        String[] units = {"", " k", " M", " G", " T"};
        int unit = 0;
        double value = operations;
        while (value >= 1000 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || value >= 100 ? "%.0f" : "%.1f", value) + units[unit];
    }
}
