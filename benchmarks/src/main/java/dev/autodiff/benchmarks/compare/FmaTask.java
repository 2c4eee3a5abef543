package dev.autodiff.benchmarks.compare;

import dev.autodiff.benchmarks.FmaChains;
import dev.autodiff.benchmarks.worker.Task;
import dev.autodiff.parallel.ThreadTeam;

/** The peak performance of all threads together. */
final class FmaTask implements Task {
    private final ThreadTeam team = ThreadTeam.shared();
    private final FmaChains[] chains = new FmaChains[team.threads()];
    private final float[] results = new float[team.threads()];

    FmaTask() {
        for (int i = 0; i < chains.length; i++) {
            chains[i] = new FmaChains();
        }
    }

    @Override
    public void step() {
        team.run((task, part, parts) -> ((FmaTask) task).part(part), this, chains.length);
    }

    private void part(int part) {
        results[part] = chains[part].run();
    }

    @Override
    public double result() {
        return results[0];
    }

    @Override
    public double work() {
        return FmaChains.flop() * chains.length;
    }
}
