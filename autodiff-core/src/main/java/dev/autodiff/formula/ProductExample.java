package dev.autodiff.formula;

import dev.autodiff.array.NDArray;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The first element of a matrix product written out: the first row of the left matrix times the first column of the right. */
final class ProductExample {
    private static final Pattern PRODUCT = Pattern.compile("(\\w+)(ᵀ?) · (\\w+)(ᵀ?)");

    /** Longer sums are cut off. */
    private static final int TERMS = 4;

    private ProductExample() {}

    /** From {@code aᵀ · dy}, say, {@code 1·0.5 + 2·(-1)}; empty if the text is no product of two matrices. */
    static String of(String text, Map<String, NDArray> arrays) {
        Matcher product = PRODUCT.matcher(text);
        if (!product.matches()) {
            return "";
        }
        NDArray left = arrays.get(product.group(1));
        NDArray right = arrays.get(product.group(3));
        if (left == null || right == null || !isMatrix(left) || !isMatrix(right)) {
            return "";
        }
        boolean leftTurned = !product.group(2).isEmpty();
        boolean rightTurned = !product.group(4).isEmpty();
        int terms = left.dim(leftTurned ? 0 : 1);
        StringBuilder sum = new StringBuilder();
        for (int k = 0; k < Math.min(terms, TERMS); k++) {
            double a = leftTurned ? left.get(k, 0) : left.get(0, k);
            double b = rightTurned ? right.get(0, k) : right.get(k, 0);
            sum.append(k == 0 ? factor(a, true) : " + " + factor(a, false))
                    .append('·')
                    .append(factor(b, false));
        }
        return sum + (terms > TERMS ? " + … (" + terms + " terms)" : "");
    }

    private static boolean isMatrix(NDArray array) {
        return array.shape().rank() == 2 && array.size() > 0;
    }

    private static String factor(double value, boolean first) {
        String text = NumberFormat.number(value);
        return text.startsWith("-") && !first ? "(" + text + ")" : text;
    }
}
