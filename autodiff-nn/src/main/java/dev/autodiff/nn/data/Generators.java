package dev.autodiff.nn.data;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;

/**
 * Small synthetic data sets, as tutorials use them: generated from a seed, with the same bits on every Java
 * virtual machine. The formulas are those of the sources that are named; the random numbers are not those of the
 * original programs.
 *
 * <pre>{@code
 * Dataset moons = Generators.moons(100, 0.1, 42);
 * moons.features().shape(); // [100, 2]
 * moons.labels().shape(); // [100]
 * }</pre>
 *
 * <p>Features are FLOAT32 {@code [rows, columns]}. Targets of a regression are FLOAT32 {@code [rows, 1]}, classes INT32
 * {@code [rows]}. {@code N} is a standard normal number, {@code U(a, b)} a uniform one.
 */
public final class Generators {
    private Generators() {}

    /**
     * Generates a line with noise: {@code x = 0, 1, .., n-1}, {@code y = slope * x + intercept + noise * N}.
     *
     * <pre>{@code
     * Dataset line = Generators.noisyLine(3, 2, 1, 0, 42);
     * line.labels(); // [[1.] [3.] [5.]]
     * }</pre>
     *
     * @param n the number of points
     * @param slope the slope of the line
     * @param intercept the value at 0
     * @param noise the standard deviation of the noise
     * @param seed the seed of the noise
     * @return features {@code [n, 1]}, targets {@code [n, 1]}
     * @throws IllegalArgumentException if there are no points or the noise is negative
     */
    public static Dataset noisyLine(int n, double slope, double intercept, double noise, long seed) {
        SeededRandom random = random(n, noise, seed);
        Rows rows = new Rows(n, 1);
        for (int i = 0; i < n; i++) {
            rows.add(slope * i + intercept + noise * random.nextNormal(), i);
        }
        return rows.regression();
    }

    /**
     * Generates a linear model with noise, {@code x ~ N}, {@code y = x·w + b + noise * N}: the synthetic data of Dive
     * into Deep Learning, section 3.3, whose values are {@code w = {2, -3.4}}, {@code b = 4.2}, {@code noise = 0.01},
     * {@code n = 1000}.
     *
     * @param w the weights, one for each feature
     * @param b the intercept
     * @param noise the standard deviation of the noise
     * @param n the number of examples
     * @param seed the seed of features and noise
     * @return features {@code [n, w.length]}, targets {@code [n, 1]}
     * @throws IllegalArgumentException if there are no examples or the noise is negative
     */
    public static Dataset linear(double[] w, double b, double noise, int n, long seed) {
        SeededRandom random = random(n, noise, seed);
        Rows rows = new Rows(n, w.length);
        double[] x = new double[w.length];
        for (int i = 0; i < n; i++) {
            double y = b;
            for (int j = 0; j < w.length; j++) {
                x[j] = random.nextNormal();
                y += x[j] * w[j];
            }
            rows.add(y + noise * random.nextNormal(), x);
        }
        return rows.regression();
    }

    /**
     * A regression problem with the coefficients that it was generated with.
     *
     * @param data the features and targets
     * @param coefficients the coefficients, FLOAT64 {@code [features]}; 0 for features without influence
     */
    public record Regression(Dataset data, NDArray coefficients) {}

    /**
     * Generates a linear model in which only some features matter: {@code x ~ N}, {@code y = x·c + noise * N}, with
     * {@code informative} coefficients {@code c ~ U(0, 100)} at random positions and 0 at the others; scikit-learn's
     * {@code make_regression}.
     *
     * @param n the number of examples
     * @param features the number of features
     * @param informative the number of features that matter
     * @param noise the standard deviation of the noise
     * @param seed the seed of features, coefficients and noise
     * @return features {@code [n, features]}, targets {@code [n, 1]}, and the coefficients
     * @throws IllegalArgumentException if there are no examples, the noise is negative, or more features matter than
     *     there are
     */
    public static Regression regression(int n, int features, int informative, double noise, long seed) {
        if (informative < 0 || informative > features) {
            throw new IllegalArgumentException(
                    "Of " + features + " features, " + informative + " cannot be informative");
        }
        SeededRandom random = new SeededRandom(seed, 1);
        int[] places = random.permutation(features);
        double[] coefficients = new double[features];
        for (int i = 0; i < informative; i++) {
            coefficients[places[i]] = random.uniform(0, 100);
        }
        return new Regression(linear(coefficients, 0, noise, n, seed), NDArray.wrap(coefficients, features));
    }

    /**
     * Generates four quadrants of which opposite ones are of one class: {@code x, y ~ U(-5, 5)}, moved 0.3 away from
     * the axes; class 1 where exactly one of the coordinates is positive. As TensorFlow Playground's exclusive or,
     * which has the classes the other way round.
     *
     * @param n the number of points
     * @param noise the noise, from 0 (none) to 1: the class is that of the point moved by {@code noise * U(-5, 5)}
     *     along each axis
     * @param seed the seed of points and noise
     * @return features {@code [n, 2]}, classes {@code [n]}
     * @throws IllegalArgumentException if there are no points or the noise is negative
     */
    public static Dataset xor(int n, double noise, long seed) {
        SeededRandom random = random(n, noise, seed);
        Rows rows = new Rows(n, 2);
        for (int i = 0; i < n; i++) {
            double x = padded(random.uniform(-5, 5));
            double y = padded(random.uniform(-5, 5));
            double noisyX = x + noise * random.uniform(-5, 5);
            double noisyY = y + noise * random.uniform(-5, 5);
            rows.add(noisyX > 0 != noisyY > 0 ? 1 : 0, x, y);
        }
        return rows.classes();
    }

    private static double padded(double x) {
        return x > 0 ? x + 0.3 : x - 0.3;
    }

    /**
     * Generates a circle of radius 1 (class 0, {@code n / 2} points) around one of radius {@code factor} (class 1),
     * with points at even distances, every coordinate moved by {@code noise * N}, in random order; scikit-learn's
     * {@code make_circles}.
     *
     * @param n the number of points
     * @param noise the standard deviation of the noise
     * @param factor the radius of the inner circle, at least 0 and less than 1
     * @param seed the seed of noise and order
     * @return features {@code [n, 2]}, classes {@code [n]}
     * @throws IllegalArgumentException if there are no points, the noise is negative or the radius is out of its range
     */
    public static Dataset circles(int n, double noise, double factor, long seed) {
        if (!(factor >= 0 && factor < 1)) {
            throw new IllegalArgumentException(
                    "The inner circle's radius is from 0 to below 1, but factor = " + factor);
        }
        SeededRandom random = random(n, noise, seed);
        Rows rows = new Rows(n, 2);
        int outer = n / 2;
        for (int i = 0; i < n; i++) {
            boolean inside = i >= outer;
            double angle = inside ? 2 * Math.PI * (i - outer) / (n - outer) : 2 * Math.PI * i / outer;
            double radius = inside ? factor : 1;
            rows.add(
                    inside ? 1 : 0,
                    radius * StrictMath.cos(angle) + noise * random.nextNormal(),
                    radius * StrictMath.sin(angle) + noise * random.nextNormal());
        }
        return inRandomOrder(rows.classes(), random);
    }

    /**
     * Generates two half circles that reach into one another: class 0 at {@code (cos t, sin t)}, class 1 at {@code (1 -
     * cos t, 0.5 - sin t)}, {@code t} evenly from 0 to pi, every coordinate moved by {@code noise * N}, in random
     * order; scikit-learn's {@code make_moons}.
     *
     * @param n the number of points
     * @param noise the standard deviation of the noise
     * @param seed the seed of noise and order
     * @return features {@code [n, 2]}, classes {@code [n]}
     * @throws IllegalArgumentException if there are no points or the noise is negative
     */
    public static Dataset moons(int n, double noise, long seed) {
        SeededRandom random = random(n, noise, seed);
        Rows rows = new Rows(n, 2);
        int outer = n / 2;
        for (int i = 0; i < n; i++) {
            boolean inside = i >= outer;
            double angle = inside ? evenly(0, Math.PI, i - outer, n - outer) : evenly(0, Math.PI, i, outer);
            double x = inside ? 1 - StrictMath.cos(angle) : StrictMath.cos(angle);
            double y = inside ? 0.5 - StrictMath.sin(angle) : StrictMath.sin(angle);
            rows.add(inside ? 1 : 0, x + noise * random.nextNormal(), y + noise * random.nextNormal());
        }
        return inRandomOrder(rows.classes(), random);
    }

    /**
     * Generates spiral arms, one a class: radius {@code r} evenly from 0 to 1, angle {@code t} evenly from {@code 4 k}
     * to {@code 4 (k + 1)} for arm {@code k} plus {@code noise * N}, points {@code (r sin t, r cos t)}; Stanford's
     * CS231n, whose values are 100 points an arm, 3 arms and noise 0.2. Arm after arm, not shuffled.
     *
     * @param pointsPerArm the number of points of each arm
     * @param arms the number of arms and classes
     * @param noise the standard deviation of the angle's noise, in radians
     * @param seed the seed of the noise
     * @return features {@code [pointsPerArm * arms, 2]}, classes {@code [pointsPerArm * arms]}
     * @throws IllegalArgumentException if there are no points or arms, or the noise is negative
     */
    public static Dataset spiral(int pointsPerArm, int arms, double noise, long seed) {
        if (arms < 1) {
            throw new IllegalArgumentException("A spiral has at least one arm, but arms = " + arms);
        }
        SeededRandom random = random(pointsPerArm, noise, seed);
        Rows rows = new Rows(Shape.of(pointsPerArm, arms).size(), 2);
        for (int arm = 0; arm < arms; arm++) {
            for (int i = 0; i < pointsPerArm; i++) {
                double r = evenly(0, 1, i, pointsPerArm);
                double t = evenly(arm * 4.0, (arm + 1) * 4.0, i, pointsPerArm) + noise * random.nextNormal();
                rows.add(arm, r * StrictMath.sin(t), r * StrictMath.cos(t));
            }
        }
        return rows.classes();
    }

    /**
     * Generates round clouds, one a class: centres {@code U(-10, 10)} along each axis, points at {@code centre + std *
     * N}, in random order; the first {@code n % centers} classes have one point more than the others. scikit-learn's
     * {@code make_blobs}.
     *
     * @param n the number of points
     * @param centers the number of clouds and classes
     * @param features the number of coordinates
     * @param std the standard deviation of each cloud
     * @param seed the seed of centres, points and order
     * @return features {@code [n, features]}, classes {@code [n]}
     * @throws IllegalArgumentException if there are no points, clouds or coordinates, or the standard deviation is
     *     negative
     */
    public static Dataset blobs(int n, int centers, int features, double std, long seed) {
        if (centers < 1) {
            throw new IllegalArgumentException("There is at least one centre, but centers = " + centers);
        }
        if (features < 1) {
            throw new IllegalArgumentException("There is at least one coordinate, but features = " + features);
        }
        SeededRandom random = random(n, std, seed);
        Rows rows = new Rows(n, features);
        double[][] places = new double[centers][features];
        for (double[] place : places) {
            for (int j = 0; j < features; j++) {
                place[j] = random.uniform(-10, 10);
            }
        }
        double[] x = new double[features];
        for (int i = 0; i < n; i++) {
            int center = i % centers;
            for (int j = 0; j < features; j++) {
                x[j] = places[center][j] + std * random.nextNormal();
            }
            rows.add(center, x);
        }
        return inRandomOrder(rows.classes(), random);
    }

    private static SeededRandom random(int n, double noise, long seed) {
        if (n < 1) {
            throw new IllegalArgumentException("A data set has at least one row, but n = " + n);
        }
        if (!(noise >= 0)) {
            throw new IllegalArgumentException("Noise is 0 or more, but was " + noise);
        }
        return new SeededRandom(seed);
    }

    /** Returns number {@code i} of {@code n} from {@code from} to {@code to} inclusive, as NumPy's linspace. */
    private static double evenly(double from, double to, int i, int n) {
        return n == 1 ? from : from + (to - from) * i / (n - 1);
    }

    private static Dataset inRandomOrder(Dataset data, SeededRandom random) {
        return data.take(random.permutation(data.rows()));
    }

    /** A data set that is collected row by row. */
    private static final class Rows {
        private final int columns;
        private final float[] features;
        private final double[] labels;
        private int row;

        Rows(int n, int columns) {
            this.columns = columns;
            this.features = (float[]) NDArray.zeros(DType.FLOAT32, n, columns).storage();
            this.labels = (double[]) NDArray.zeros(DType.FLOAT64, n).storage();
        }

        void add(double label, double... x) {
            for (int j = 0; j < columns; j++) {
                features[row * columns + j] = (float) x[j];
            }
            labels[row++] = label;
        }

        Dataset regression() {
            return new Dataset(
                    NDArray.wrap(features, row, columns),
                    NDArray.wrap(labels, row, 1).cast(DType.FLOAT32));
        }

        Dataset classes() {
            return new Dataset(
                    NDArray.wrap(features, row, columns),
                    NDArray.wrap(labels, row).cast(DType.INT32));
        }
    }
}
