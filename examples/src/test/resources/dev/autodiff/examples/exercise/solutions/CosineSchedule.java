/**
 * Exercise {n}. Write a schedule with warm-up.
 *
 * In the first steps, k = 0 to warmup - 1, the rate rises along a straight
 * line: (k + 1) / (warmup + 1) of the peak. Then it falls along half a
 * cosine, from the peak at k = warmup to 0 at k = total: peak · (1 +
 * cos(π·t)) / 2, where t goes from 0 to 1 in that time.
 */
class CosineSchedule {
    static double rate(int k, int warmup, int total, double peak) {
        if (k < warmup) {
            return peak * (k + 1) / (warmup + 1);
        }
        double t = (k - warmup) / (double) (total - warmup);
        return peak * (1 + Math.cos(Math.PI * t)) / 2;
    }
}
