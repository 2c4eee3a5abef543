package dev.autodiff.profile;

import dev.autodiff.json.JsonWriter;
import dev.autodiff.profile.Profile.Instruction;
import dev.autodiff.profile.Profile.Operation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes a run as a trace in the Trace Event Format: a slice for each instruction inside of one for the run, and its
 * rates as counters. Source: "Trace Event Format" by the authors of Chrome's trace viewer, in its JSON object form;
 * complete events ({@code X}), counters ({@code C}) and metadata ({@code M}), with times in microseconds.
 */
final class ChromeTrace {
    private static final int PROCESS = 1;
    private static final int THREAD = 1;
    private static final int MICRO_DIGITS = 3;
    private static final int RATE_DIGITS = 3;

    private final JsonWriter json = new JsonWriter();
    private final Profile profile;
    private final long[] timeline;

    private ChromeTrace(Profile profile) {
        this.profile = profile;
        this.timeline = profile.timeline();
    }

    static String of(Profile profile) {
        ChromeTrace trace = new ChromeTrace(profile);
        trace.write();
        return trace.json.toString();
    }

    private void write() {
        Profile.Summary summary = profile.summary();
        json.open('{').field("displayTimeUnit", "ns").name("otherData").open('{');
        json.field("title", summary.title()).field("kernels", summary.kernels());
        json.field("threads", summary.threads());
        json.field("peak GFLOP/s", summary.peak().gflops(), RATE_DIGITS);
        json.field("peak GB/s", summary.peak().gigabytes(), RATE_DIGITS).close('}');
        json.name("traceEvents").open('[');
        metadata("process_name", "autodiff");
        metadata("thread_name", "instructions");
        begin("X", "run", 0).field("cat", "run").field("dur", micros(timeline[timeline.length - 1]), MICRO_DIGITS);
        json.name("args").open('{').field("title", summary.title()).close('}').close('}');
        List<Instruction> instructions = profile.instructions();
        for (int i = 0; i < instructions.size(); i++) {
            slice(instructions.get(i), timeline[i], timeline[i + 1]);
        }
        counters(timeline[instructions.size()], 0, 0);
        json.close(']').close('}');
    }

    private static double micros(long nanoseconds) {
        return nanoseconds / 1000.0;
    }

    private void metadata(String kind, String name) {
        begin("M", kind, 0)
                .name("args")
                .open('{')
                .field("name", name)
                .close('}')
                .close('}');
    }

    /** The fields that all events have. */
    private JsonWriter begin(String type, String name, long nanoseconds) {
        json.open('{').field("ph", type).field("name", name);
        json.field("pid", PROCESS).field("tid", THREAD);
        return json.field("ts", micros(nanoseconds), MICRO_DIGITS);
    }

    private void slice(Instruction instruction, long start, long end) {
        begin("X", instruction.description(), start)
                .field("cat", instruction.phase().label());
        json.field("dur", micros(end - start), MICRO_DIGITS).name("args").open('{');
        json.field("instruction", instruction.index()).field("threads", instruction.threads());
        json.field("FLOP", instruction.flop()).field("bytes", instruction.bytes());
        json.field("% of peak", 100 * rate(instruction.flop(), start, end) / instruction.gflopsPeak(), 1);
        json.field("median µs", instruction.time().median() / 1000, MICRO_DIGITS);
        json.name("nodes").open('[');
        Set<String> nodes = new LinkedHashSet<>();
        for (Operation operation : instruction.operations()) {
            nodes.add(operation.phase().label() + " of " + operation.node());
        }
        nodes.forEach(json::text);
        json.close(']').close('}').close('}');
        counters(start, rate(instruction.flop(), start, end), rate(instruction.bytes(), start, end));
    }

    private void counters(long at, double gflops, double gigabytes) {
        counter("GFLOP/s", at, gflops);
        counter("GB/s", at, gigabytes);
    }

    private void counter(String name, long at, double value) {
        begin("C", name, at)
                .name("args")
                .open('{')
                .field(name, value, RATE_DIGITS)
                .close('}')
                .close('}');
    }

    private static double rate(long work, long start, long end) {
        return end > start ? (double) work / (end - start) : 0;
    }
}
