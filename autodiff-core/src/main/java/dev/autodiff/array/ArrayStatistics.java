package dev.autodiff.array;

/** Statistics over all elements of an array, accumulated in double precision. */
final class ArrayStatistics {
    private ArrayStatistics() {}

    /** Adds with the rounding errors of each addition summed up too (Neumaier 1974). */
    static double sum(NDArray x) {
        double sum = 0;
        double lost = 0;
        for (int i = 0; i < x.size(); i++) {
            double value = x.at(i);
            double next = sum + value;
            lost += Math.abs(sum) >= Math.abs(value) ? (sum - next) + value : (value - next) + sum;
            sum = next;
        }
        return Double.isFinite(lost) ? sum + lost : sum; // infinity - infinity is lost, not the sum
    }

    static double mean(NDArray x) {
        return sum(x) / x.size();
    }

    static double std(NDArray x) {
        double mean = mean(x);
        double squares = 0;
        for (int i = 0; i < x.size(); i++) {
            double deviation = x.at(i) - mean;
            squares += deviation * deviation;
        }
        return Math.sqrt(squares / x.size());
    }

    static double extremum(NDArray x, boolean largest) {
        if (x.size() == 0) {
            throw new IllegalStateException("An array of shape " + x.shape() + " has no elements, so that none is the "
                    + (largest ? "largest" : "smallest"));
        }
        double best = x.at(0);
        for (int i = 1; i < x.size(); i++) {
            best = largest ? Math.max(best, x.at(i)) : Math.min(best, x.at(i));
        }
        return best;
    }
}
