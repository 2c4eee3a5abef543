package dev.autodiff.nn;

import static dev.autodiff.nn.Feed.feed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of constants and random numbers in the shape of what is fed. */
class LikeTensorsTest {
    @Test
    void constantsHaveTypeAndShapeOfWhatIsFed() {
        for (DType dtype : DType.values()) {
            Placeholder x = Placeholder.of("x", dtype, Shape.of(Shape.UNKNOWN, 2));
            try (Session session = new Session()) {
                for (int rows : new int[] {3, 1, 0}) {
                    NDArray fed = NDArray.full(dtype, Shape.of(rows, 2), 7);
                    NDArray zeros = session.run(Tensors.zerosLike(x), feed(x, fed));
                    assertEquals(NDArray.zeros(dtype, rows, 2), zeros);
                    NDArray ones = session.run(Tensors.onesLike(x), feed(x, fed));
                    assertEquals(NDArray.full(dtype, Shape.of(rows, 2), 1), ones);
                }
            }
        }
    }

    @Test
    void constantsAreComputedWithWhatTheyAreLikeNotFinite() {
        Tensor x = Tensors.constant(Double.NaN, Double.POSITIVE_INFINITY);
        assertEquals(NDArray.of(0.0, 0.0), Tensors.zerosLike(x).eval());
        assertEquals(NDArray.of(1.0, 1.0), Tensors.onesLike(x).eval());
    }

    @Test
    void normalNumbersHaveTheMomentsOfTheDistribution() {
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 100));
        Tensor random = Tensors.randomNormalLike(x);
        try (Session session = new Session(11)) {
            NDArray first = session.run(random, feed(x, NDArray.zeros(DType.FLOAT32, 1000, 100)));
            double[] values = first.toDoubles();
            double[] moments = new double[5];
            for (int power = 1; power < 5; power++) {
                int p = power;
                moments[p] =
                        Arrays.stream(values).map(v -> Math.pow(v, p)).average().orElseThrow();
            }
            assertEquals(0, moments[1], 0.02);
            assertEquals(1, moments[2], 0.03);
            assertEquals(0, moments[3], 0.06);
            assertEquals(3, moments[4], 0.2);
            NDArray second = session.run(random, feed(x, NDArray.zeros(DType.FLOAT32, 1000, 100)));
            assertNotEquals(first, second);
            try (Session again = new Session(11)) {
                assertEquals(first, again.run(random, feed(x, NDArray.zeros(DType.FLOAT32, 1000, 100))));
            }
        }
    }

    /** The reparameterisation of Kingma and Welling (2013): gradients reach mean and deviation, not the noise. */
    @Test
    void gradientsGoThroughASample() {
        Tensor mean = Tensors.constant(1.0, 2.0);
        Tensor deviation = Tensors.constant(0.5, 3.0);
        Tensor sample = mean.add(deviation.mul(Tensors.randomNormalLike(mean)));
        List<Tensor> gradients = Tensors.gradients(sample.sum(), mean, deviation);
        try (Session session = new Session(3)) {
            List<NDArray> values = session.run(List.of(sample, gradients.get(0), gradients.get(1)));
            for (int i = 0; i < 2; i++) {
                double noise = (values.get(0).at(i) - (1 + i)) / (i == 0 ? 0.5 : 3);
                assertEquals(1, values.get(1).at(i));
                assertEquals(noise, values.get(2).at(i), 1e-12);
            }
        }
    }
}
