package dev.autodiff.spark;

import dev.autodiff.nn.data.DataException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;

/** The functions that executors run. They are classes, as lambdas would take their surroundings along. */
final class Tasks {
    private Tasks() {}

    /** Reads the rows of a partition into arrays. */
    record Read(Columns features, Columns label, boolean isClass)
            implements Function2<Integer, Iterator<Row>, Iterator<PartitionData>> {
        @Override
        public Iterator<PartitionData> call(Integer index, Iterator<Row> rows) {
            try {
                return List.of(PartitionData.read(index, rows, features, label, isClass))
                        .iterator();
            } catch (ArithmeticException e) {
                throw new DataException(
                        "Partition " + index + " has more numbers than an array of Java can hold: divide the data with"
                                + " repartition(n)",
                        e);
            }
        }
    }

    /** Makes a step, or several, over the examples of a partition. */
    record Step(Job job, Broadcast<State> state, int localSteps)
            implements Function2<OrderedSum, PartitionData, OrderedSum> {
        @Override
        public OrderedSum call(OrderedSum sum, PartitionData data) {
            Replica replica = Replica.borrow(job);
            Contribution contribution = localSteps == 0
                    ? replica.gradients(state.value(), data)
                    : replica.train(state.value(), localSteps, data);
            replica.giveBack(); // not after a failure, which may leave it in between
            return sum.add(data.index(), contribution);
        }
    }

    /** Adds two sums. */
    record Merge() implements Function2<OrderedSum, OrderedSum, OrderedSum> {
        @Override
        public OrderedSum call(OrderedSum a, OrderedSum b) {
            return a.merge(b);
        }
    }
}
