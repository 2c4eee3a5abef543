package dev.autodiff.benchmarks.compare;

import dev.autodiff.benchmarks.worker.Task;
import dev.autodiff.parallel.ThreadTeam;
import java.util.Arrays;

/**
 * The memory bandwidth: {@code a = b + s·c} over arrays larger than the caches, the triad of the STREAM benchmark,
 * which counts two numbers read and one written.
 */
final class TriadTask implements Task {
    private static final int SIZE = 1 << 25;

    private final ThreadTeam team = ThreadTeam.shared();
    private final float[] a = new float[SIZE];
    private final float[] b = new float[SIZE];
    private final float[] c = new float[SIZE];

    TriadTask() {
        Arrays.fill(b, 1);
        Arrays.fill(c, 2);
    }

    @Override
    public void step() {
        team.run((task, part, parts) -> ((TriadTask) task).part(part, parts), this, team.threads());
    }

    private void part(int part, int parts) {
        int from = (int) ((long) SIZE * part / parts);
        int to = (int) ((long) SIZE * (part + 1) / parts);
        triad(a, b, c, from, to);
    }

    private static void triad(float[] a, float[] b, float[] c, int from, int to) {
        for (int i = from; i < to; i++) {
            a[i] = b[i] + 3 * c[i];
        }
    }

    @Override
    public double result() {
        return a[0] + a[SIZE - 1];
    }

    @Override
    public double work() {
        return 3.0 * Float.BYTES * SIZE;
    }
}
