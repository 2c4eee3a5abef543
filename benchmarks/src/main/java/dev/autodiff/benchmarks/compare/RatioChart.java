package dev.autodiff.benchmarks.compare;

import dev.autodiff.benchmarks.compare.Results.Measurement;
import dev.autodiff.benchmarks.compare.Results.Participant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A chart of the peers' time for a step of each model, as a multiple of this project's time: bars from the line at
 * 1, to the right if this project is faster, on a logarithmic scale. It is an SVG with colours for light and for
 * dark pages.
 */
final class RatioChart {
    private static final int WIDTH = 860;
    private static final int LEFT = 250;
    private static final int RIGHT = 70;
    private static final int TOP = 76;
    private static final int BAR = 13;
    private static final int GAP = 12;
    private static final int BOTTOM = 34;
    private static final int COLOURS = 5;

    private final Results results;
    private final List<Participant> peers;
    private final List<String> models;
    private final StringBuilder out = new StringBuilder();
    private double low;
    private double high;

    private RatioChart(Results results) {
        this.results = results;
        this.models = Tasks.MODELS.stream()
                .filter(id -> results.figures(id, Contender.AUTODIFF).isPresent())
                .toList();
        this.peers = results.contenders().stream()
                .filter(participant -> Targets.isPeer(participant.key()))
                .filter(participant ->
                        models.stream().anyMatch(id -> ratio(id, participant).isPresent()))
                .toList();
    }

    /** Returns the chart, or nothing if no model was measured together with a peer. */
    static Optional<String> of(Results results) {
        RatioChart chart = new RatioChart(results);
        return chart.peers.isEmpty() ? Optional.empty() : Optional.of(chart.draw());
    }

    private OptionalDouble ratio(String id, Participant peer) {
        Optional<Measurement> ours = results.figures(id, Contender.AUTODIFF);
        Optional<Measurement> theirs = results.figures(id, peer.key());
        if (ours.isEmpty() || theirs.isEmpty()) {
            return OptionalDouble.empty();
        }
        double ratio = Statistics.median(Statistics.ratios(theirs.get(), ours.get()));
        return Double.isNaN(ratio) ? OptionalDouble.empty() : OptionalDouble.of(ratio);
    }

    private String draw() {
        scale();
        int height = TOP + models.size() * rowHeight() + BOTTOM;
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " role=\"img\" font-family=\"system-ui, sans-serif\" font-size=\"12\">",
                WIDTH, height, WIDTH, height);
        add("<title>Time of a step, as a multiple of autodiff's</title>");
        out.append(STYLE);
        add("<rect class=\"page\" width=\"%d\" height=\"%d\"/>", WIDTH, height);
        add("<text x=\"16\" y=\"24\" class=\"head\">Time of a step, as a multiple of autodiff's (right of 1: autodiff"
                + " is faster)</text>");
        legend();
        axis(height);
        for (int i = 0; i < models.size(); i++) {
            row(models.get(i), TOP + i * rowHeight());
        }
        add("</svg>");
        return out.toString();
    }

    private static final String STYLE = """
        <style>
        .page { fill: #fff } text { fill: #24292f } .head { font-size: 15px; font-weight: 600 }
        .quiet { fill: #57606a } .grid { stroke: #d8dee4 } .one { stroke: #24292f; stroke-width: 1.5 }
        .p0 { fill: #d1491d } .p1 { fill: #2f6fd0 }
        .p2 { fill: #16856b } .p3 { fill: #a3791a } .p4 { fill: #8a52c4 }
        @media (prefers-color-scheme: dark) {
        .page { fill: #0d1117 } text { fill: #e6edf3 } .quiet { fill: #9198a1 } .grid { stroke: #30363d }
        .one { stroke: #e6edf3 }
        .p0 { fill: #f0714a } .p1 { fill: #6ba3f5 }
        .p2 { fill: #3fbf9f } .p3 { fill: #d9ad4a } .p4 { fill: #b98af0 }
        }
        </style>
        """;

    /** Returns the powers of ten around all ratios. */
    private void scale() {
        List<Double> ratios = new ArrayList<>(List.of(1.0));
        for (String id : models) {
            peers.forEach(peer -> ratio(id, peer).ifPresent(ratios::add));
        }
        double least = ratios.stream().mapToDouble(r -> r).min().orElse(1);
        double most = ratios.stream().mapToDouble(r -> r).max().orElse(10);
        low = least < 1 ? Math.min(0.5, least * 0.9) : 0.8;
        high = Math.pow(10, Math.ceil(Math.log10(Math.max(2, most)) * 4) / 4);
    }

    private double x(double ratio) {
        return LEFT + (WIDTH - LEFT - RIGHT) * Math.log(ratio / low) / Math.log(high / low);
    }

    private int rowHeight() {
        return peers.size() * BAR + GAP;
    }

    private void legend() {
        int x = 16;
        for (int i = 0; i < peers.size(); i++) {
            Participant peer = peers.get(i);
            String label = peer.name() + " " + peer.version().replace("+cpu", "");
            add("<rect class=\"p%d\" x=\"%d\" y=\"38\" width=\"12\" height=\"12\"/>", i % COLOURS, x);
            add("<text x=\"%d\" y=\"48\">%s</text>", x + 17, escape(label));
            x += 40 + 7 * label.length();
        }
    }

    private void axis(int height) {
        for (double power = 0.01; power <= high; power *= 10) {
            for (int step : new int[] {1, 2, 5}) {
                double tick = power * step;
                if (tick >= low * 0.999 && tick <= high * 1.001) {
                    boolean one = Math.abs(tick - 1) < 1e-9;
                    add(
                            "<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                            one ? "one" : "grid", x(tick), x(tick), TOP - 6, height - BOTTOM);
                    add(
                            "<text class=\"quiet\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s ×</text>",
                            x(tick), height - BOTTOM + 18, Figures.limit(Math.round(tick * 100) / 100.0));
                }
            }
        }
    }

    private void row(String id, int y) {
        double middle = y + peers.size() * BAR / 2.0;
        String ours = results.figures(id, Contender.AUTODIFF)
                .map(measurement -> Figures.micros(measurement.median()))
                .orElse("");
        add(
                "<text x=\"16\" y=\"%.1f\"><tspan font-weight=\"600\">%s</tspan> %s</text>",
                middle, id, escape(SHORT.getOrDefault(id, "")));
        add("<text class=\"quiet\" x=\"16\" y=\"%.1f\">autodiff: %s</text>", middle + 14, ours);
        for (int i = 0; i < peers.size(); i++) {
            OptionalDouble ratio = ratio(id, peers.get(i));
            int top = y + i * BAR;
            if (ratio.isEmpty()) {
                add(
                        "<text class=\"quiet\" x=\"%.1f\" y=\"%d\" font-size=\"11\">%s: no figure</text>",
                        x(1) + 5, top + 10, escape(peers.get(i).name()));
                continue;
            }
            double from = Math.min(x(1), x(ratio.getAsDouble()));
            double to = Math.max(x(1), x(ratio.getAsDouble()));
            add(
                    "<rect class=\"p%d\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
                    i % COLOURS, from, top, Math.max(1, to - from), BAR - 2);
            add(
                    "<text x=\"%.1f\" y=\"%d\" font-size=\"11\">%s</text>",
                    to + 5, top + 10, Figures.number(ratio.getAsDouble()));
        }
    }

    private static final Map<String, String> SHORT = Map.ofEntries(
            Map.entry("W1", "linear regression, 10 × 2"),
            Map.entry("W2", "linear regression, 5000 × 1"),
            Map.entry("W3", "softmax 784-10"),
            Map.entry("W4", "MLP 784-128-10"),
            Map.entry("W5", "the same, dropout, Adam"),
            Map.entry("W6", "MLP 784-512-512-10, Adam"),
            Map.entry("W7", "MLP 1024-2048-2048-1024"),
            Map.entry("W8", "1000 elementwise operations"),
            Map.entry("W9", "LeNet"),
            Map.entry("W10", "LSTM 28 × 28 to 128, Adam"),
            Map.entry("W11", "GPT, 4 × 128, AdamW"),
            Map.entry("W12", "convolutions, batch norm"),
            Map.entry("I1", "inference, batch 1"),
            Map.entry("I128", "inference, batch 128"));

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    private void add(String format, Object... arguments) {
        out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
