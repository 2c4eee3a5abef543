package dev.autodiff.nn;

import dev.autodiff.graph.Tensor;
import dev.autodiff.profile.Profile;
import dev.autodiff.profile.ProfileSettings;
import dev.autodiff.profile.Profiler;
import dev.autodiff.runtime.Program;
import dev.autodiff.runtime.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the profiles of a session: of the program that {@link Session#run} runs when it does not check numerics. */
final class SessionProfile {
    private SessionProfile() {}

    static Profile of(
            Session session,
            @Nullable TrainOp train,
            List<Tensor> fetches,
            List<Feed> feeds,
            ProfileSettings settings) {
        Program program = session.program(ProgramKey.of(train, fetches, feeds, false));
        Workspace workspace = session.acquire(program);
        for (int i = 0; i < feeds.size(); i++) {
            workspace.feed(i, feeds.get(i).value());
        }
        Profile profile = session.profile(profiler(train, fetches, settings), program, workspace);
        program.release(workspace);
        return profile;
    }

    private static Profiler profiler(@Nullable TrainOp train, List<Tensor> fetches, ProfileSettings settings) {
        if (train == null) {
            String title = "computing " + fetches.stream().map(Tensor::describe).collect(Collectors.joining(", "));
            return new Profiler(title, fetches, settings);
        }
        List<Tensor> results = new ArrayList<>(fetches);
        results.add(train.cost());
        Profiler profiler = new Profiler("a training step of " + train.cost().describe(), results, settings);
        train.updates().forEach(update -> profiler.update(update.assignments()));
        train.others().forEach(assignment -> profiler.update(List.of(assignment)));
        return profiler;
    }
}
