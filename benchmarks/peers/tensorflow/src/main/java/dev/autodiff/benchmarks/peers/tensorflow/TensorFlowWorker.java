package dev.autodiff.benchmarks.peers.tensorflow;

import dev.autodiff.benchmarks.Workload;
import dev.autodiff.benchmarks.worker.Framework;
import dev.autodiff.benchmarks.worker.Task;
import dev.autodiff.benchmarks.worker.Worker;
import java.io.IOException;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.ConfigProto;

/** TensorFlow Java: a graph, its gradients from TensorFlow, its fused update operations, one session. */
final class TensorFlowWorker implements Framework {
    private final int threads = Integer.getInteger("peer.threads", 2);
    private final String version = TensorFlow.version();

    private TensorFlowWorker() {}

    public static void main(String[] args) throws IOException {
        Worker.serve(TensorFlowWorker::new);
    }

    @Override
    public String name() {
        return "TensorFlow Java";
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public String about() {
        return "graph and session, threads: " + threads + ", Java " + Runtime.version();
    }

    @Override
    public Task prepare(String id) {
        ConfigProto config = ConfigProto.newBuilder()
                .setIntraOpParallelismThreads(threads)
                .setInterOpParallelismThreads(threads)
                .build();
        return new GraphTask(Workload.valueOf(id), config);
    }
}
