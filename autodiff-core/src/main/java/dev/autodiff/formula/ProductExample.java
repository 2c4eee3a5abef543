package dev.autodiff.formula;

import dev.autodiff.array.NDArray;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first element of a matrix product, written out: first row of the left matrix times first column of the right one.
 */
final class ProductExample {
    private static final Pattern PRODUCT = Pattern.compile("(\\w+)(ᵀ?) · (\\w+)(ᵀ?)");

    /** The number of terms after which a sum is cut off. */
    private static final int TERMS = 4;

    private ProductExample() {}

    /**
     * Returns the sum for the first element, as {@code 1·0.5 + 2·(-1)} for {@code aᵀ · dy}.
     *
     * @param text the product of two words
     * @param arrays the value of each word
     * @return the sum; empty if the text is not a product of two matrices
     */
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
        boolean leftTransposed = !product.group(2).isEmpty();
        boolean rightTransposed = !product.group(4).isEmpty();
        int terms = left.dim(leftTransposed ? 0 : 1);
        StringBuilder sum = new StringBuilder();
        for (int k = 0; k < Math.min(terms, TERMS); k++) {
            double a = leftTransposed ? left.get(k, 0) : left.get(0, k);
            double b = rightTransposed ? right.get(0, k) : right.get(k, 0);
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
