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
            // your turn
        }
        return received;
    }
}
