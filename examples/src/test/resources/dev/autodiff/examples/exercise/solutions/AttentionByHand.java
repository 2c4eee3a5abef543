/**
 * Exercise {n}. Write attention.
 *
 * Each token has a query, a key and a value, a row of q, k and v. Return what
 * each token receives, softmax(q·kᵀ/√d)·v: its query is compared with all
 * keys by scalar products, which are divided by the root of the length d of a
 * key; softmax makes weights of a token's scores, which add up to 1; and the
 * token receives the values, weighted.
 */
class AttentionByHand {
    static double[][] attend(double[][] q, double[][] k, double[][] v) {
        double[][] received = new double[q.length][v[0].length];
        for (int i = 0; i < q.length; i++) {
            double[] weights = new double[k.length];
            double sum = 0;
            for (int j = 0; j < k.length; j++) {
                double score = 0;
                for (int c = 0; c < k[j].length; c++) {
                    score += q[i][c] * k[j][c];
                }
                weights[j] = Math.exp(score / Math.sqrt(k[j].length));
                sum += weights[j];
            }
            for (int j = 0; j < k.length; j++) {
                for (int c = 0; c < v[j].length; c++) {
                    received[i][c] += weights[j] / sum * v[j][c];
                }
            }
        }
        return received;
    }
}
