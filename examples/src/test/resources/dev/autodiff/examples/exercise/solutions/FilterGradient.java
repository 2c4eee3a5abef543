/**
 * Exercise {n}. Write the gradient of a filter.
 *
 * The filter slides over the image, and each place gives one number of the
 * result y: the sum of the products of the filter's numbers and those of the
 * image below them. dy is the gradient that arrives, of the shape of y.
 * Return the gradient with respect to the filter, which has as many rows and
 * columns as given. Every place of the filter was used in every number of y.
 */
class FilterGradient {
    static double[][] gradient(double[][] image, double[][] dy, int rows, int columns) {
        double[][] gradient = new double[rows][columns];
        for (int i = 0; i < dy.length; i++) {
            for (int j = 0; j < dy[0].length; j++) {
                for (int r = 0; r < rows; r++) {
                    for (int c = 0; c < columns; c++) {
                        gradient[r][c] += image[i + r][j + c] * dy[i][j];
                    }
                }
            }
        }
        return gradient;
    }
}
