package dev.autodiff.profile;

import dev.autodiff.json.JsonWriter;
import dev.autodiff.profile.Profile.Instruction;
import dev.autodiff.profile.Profile.NodeTime;
import dev.autodiff.profile.Profile.Operation;
import dev.autodiff.profile.Profile.Phase;
import dev.autodiff.profile.Profile.Summary;
import dev.autodiff.profile.Profile.Timing;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Writes a profile as JSON; {@code docs/profile-format.md} describes it. */
final class ProfileJson {
    private static final int VERSION = 1;
    private static final int RATE_DIGITS = 3;
    private static final int NANO_DIGITS = 1;
    private static final int SHARE_DIGITS = 6;

    private final JsonWriter json = new JsonWriter();
    private final Profile profile;
    private final Map<Profile.Node, Integer> ids = new HashMap<>();

    private ProfileJson(Profile profile) {
        this.profile = profile;
        profile.byNode().forEach(time -> ids.put(time.node(), ids.size()));
    }

    static String of(Profile profile) {
        ProfileJson writer = new ProfileJson(profile);
        writer.write();
        return writer.json.toString();
    }

    private void write() {
        json.open('{').field("format", "autodiff-profile").field("version", VERSION);
        summary(profile.summary());
        json.name("nodes").open('[');
        profile.byNode().forEach(this::node);
        json.close(']').name("instructions").open('[');
        profile.instructions().forEach(this::instruction);
        json.close(']').close('}');
    }

    private void summary(Summary summary) {
        json.field("title", summary.title()).field("kernels", summary.kernels());
        json.field("threads", summary.threads()).field("flop", profile.flop());
        json.name("peak").open('{');
        json.field("gflops", summary.peak().gflops(), RATE_DIGITS);
        json.field("gigabytes", summary.peak().gigabytes(), RATE_DIGITS).close('}');
        json.field("warm", summary.warm() ? "yes" : "no");
        timing("step", summary.step());
        timing("profiled", summary.profiled());
        json.name("phases").open('{');
        for (Phase phase : Phase.values()) {
            json.field(phase.label(), profile.total(phase), NANO_DIGITS);
        }
        json.close('}');
    }

    private void timing(String name, Timing timing) {
        json.name(name).open('{');
        json.field("calls", timing.calls()).field("total", timing.total()).field("min", timing.min());
        json.field("median", timing.median(), NANO_DIGITS).close('}');
    }

    private void node(NodeTime time) {
        Profile.Node node = time.node();
        json.open('{').field("name", node.name()).field("op", node.op()).field("source", node.source());
        json.field("forward", time.forward(), NANO_DIGITS).field("backward", time.backward(), NANO_DIGITS);
        json.field("update", time.update(), NANO_DIGITS).field("flop", time.flop());
        json.field("bytes", Math.round(time.bytes()));
        json.field("gflops", time.gflops(), RATE_DIGITS).field("gigabytes", time.gigabytes(), RATE_DIGITS);
        json.close('}');
    }

    private void instruction(Instruction instruction) {
        json.open('{').field("description", instruction.description());
        json.field("phase", instruction.phase().label());
        json.field("dtype", instruction.dtype().name()).field("threads", instruction.threads());
        timing("time", instruction.time());
        json.field("flop", instruction.flop()).field("bytes", instruction.bytes());
        json.field("gflops", instruction.gflops(), RATE_DIGITS);
        json.field("gigabytes", instruction.gigabytes(), RATE_DIGITS);
        json.field("gflopsPeak", instruction.gflopsPeak(), RATE_DIGITS);
        json.name("operations").open('[');
        for (Operation operation : instruction.operations()) {
            json.open('{').field("name", operation.name());
            json.field("node", Objects.requireNonNull(ids.get(operation.node())));
            json.field("phase", operation.phase().label()).field("flop", operation.flop());
            json.field("share", operation.share(), SHARE_DIGITS).close('}');
        }
        json.close(']').close('}');
    }
}
