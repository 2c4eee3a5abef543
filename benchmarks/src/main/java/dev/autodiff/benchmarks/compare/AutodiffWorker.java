package dev.autodiff.benchmarks.compare;

import dev.autodiff.array.NDArray;
import dev.autodiff.benchmarks.Workload;
import dev.autodiff.benchmarks.worker.Framework;
import dev.autodiff.benchmarks.worker.Reply;
import dev.autodiff.benchmarks.worker.Task;
import dev.autodiff.benchmarks.worker.Worker;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.parallel.ThreadTeam;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The worker process of autodiff. In addition to the requests of every worker, it measures the machine
 * ({@code FMA}, {@code TRIAD}) and answers {@code allocation ID} with the bytes that a step allocates, and
 * {@code bits ID} with a digest of all results of three steps. It obeys the system properties
 * {@code autodiff.threads} and {@code autodiff.kernels}.
 */
final class AutodiffWorker implements Framework {
    /** The id of the task that measures peak performance: {@link dev.autodiff.benchmarks.FmaChains}. */
    static final String FMA = "FMA";
    /** The id of the task that measures memory bandwidth: {@link TriadTask}. */
    static final String TRIAD = "TRIAD";

    private static final int DIGESTED_STEPS = 3;
    /** The number of steps after which memory is measured; as in protocol.py. */
    private static final int MEMORY_STEPS = 20;

    private AutodiffWorker() {}

    public static void main(String[] args) throws IOException {
        Worker.serve(AutodiffWorker::new);
    }

    @Override
    public String name() {
        return "autodiff";
    }

    @Override
    public String version() {
        return System.getProperty("autodiff.version", "unknown");
    }

    @Override
    public String about() {
        return KernelProvider.kernels().getClass().getSimpleName() + ", threads: "
                + ThreadTeam.shared().threads() + ", Java " + Runtime.version();
    }

    @Override
    public Task prepare(String id) {
        return switch (id) {
            case FMA -> new FmaTask();
            case TRIAD -> new TriadTask();
            default -> id.startsWith("G") ? new MatmulTask(id) : new WorkloadTask(Workload.valueOf(id));
        };
    }

    /** A workload of this project. */
    private static final class WorkloadTask implements Task {
        private final Workload.Prepared prepared;

        WorkloadTask(Workload workload) {
            prepared = workload.prepare();
        }

        @Override
        public void step() {
            prepared.run();
        }

        @Override
        public double result() {
            return prepared.results().get(0).at(0);
        }
    }

    @Override
    public Reply answer(String question, String id) throws Exception {
        return switch (question) {
            case "allocation" -> Allocation.measure(prepare(id));
            case "memory" -> memory(id);
            case "bits" -> new Reply().put("digest", digest(Workload.valueOf(id).prepare()));
            default -> Framework.super.answer(question, id);
        };
    }

    /** Returns the bytes that a model keeps between steps, buffers and parameters, when it has made a few. */
    private static Reply memory(String id) {
        long before = used();
        Workload.Prepared prepared = Workload.valueOf(id).prepare();
        for (int i = 0; i < MEMORY_STEPS; i++) {
            prepared.run();
        }
        long after = used();
        return new Reply()
                .put("bytes", (double) (after - before))
                .put("result", prepared.results().get(0).at(0)); // it is still in use
    }

    private static long used() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static String digest(Workload.Prepared prepared) {
        for (int i = 0; i < DIGESTED_STEPS; i++) {
            prepared.run();
        }
        return digest(prepared.results());
    }

    /** Returns a checksum of all bits of all numbers. */
    static String digest(List<NDArray> results) {
        CRC32 crc = new CRC32();
        for (NDArray result : results) {
            float[] values = result.toFloats();
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
            bytes.asFloatBuffer().put(values);
            crc.update(bytes);
        }
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
