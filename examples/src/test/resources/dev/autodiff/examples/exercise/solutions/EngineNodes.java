import java.util.List;

/**
 * Exercise {n}. Your own engine, step 1: numbers that remember.
 *
 * A Scalar is a number that knows which numbers it was computed from, its
 * operands; a number that was not computed has none. Complete add and mul:
 * each returns a new Scalar with the result and with both operands, this one
 * first.
 */
class Scalar {
    double data;
    final List<Scalar> operands;

    Scalar(double data) {
        this(data, List.of());
    }

    private Scalar(double data, List<Scalar> operands) {
        this.data = data;
        this.operands = operands;
    }

    Scalar add(Scalar other) {
        return new Scalar(data + other.data, List.of(this, other));
    }

    Scalar mul(Scalar other) {
        return new Scalar(data * other.data, List.of(this, other));
    }
}
