/**
 * Exercise {n}. Choose the size of the first weights.
 *
 * A network of relu layers has widths[0] inputs, then layers of widths[1],
 * widths[2], ... neurons. Return the standard deviation of the first weights
 * of each layer, one number fewer than there are widths, so that the numbers
 * keep their size on the way forward: relu lets half of their squares
 * through, and each sum has as many terms as the layer has inputs.
 */
class HeDeviations {
    static double[] deviations(int[] widths) {
        double[] deviations = new double[widths.length - 1];
        for (int layer = 0; layer < deviations.length; layer++) {
            deviations[layer] = Math.sqrt(2.0 / widths[layer]);
        }
        return deviations;
    }
}
