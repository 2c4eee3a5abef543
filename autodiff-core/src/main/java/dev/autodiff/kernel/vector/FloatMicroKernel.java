package dev.autodiff.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The micro-kernel of the matrix product, its innermost loop: a micro-tile of {@value #MR} rows by one or two vectors
 * of {@code c} is held in registers while the loop runs over k. See Goto and van de Geijn, "Anatomy of High-Performance
 * Matrix Multiplication" (2008), and Van Zee and van de Geijn, "BLIS" (2015), whose words are used here.
 *
 * <p>6 x 2 suits every vector length: 12 accumulators, 2 vectors of {@code b} and an element of {@code a} fit the 16
 * registers of AVX2, and 12 independent sums hide the latency of two FMA units (4 cycles each).
 *
 * <p>Every element starts from {@code init} and adds its products one by one in the order of k, each with one rounding
 * (FMA). So its bits depend on neither the micro-tile, the vector length nor the blocking: they are those of the loop
 * {@code sum = fma(a[i][p], b[p][j], sum)}.
 *
 * <p>A micro-tile with fewer than {@value #MR} rows repeats its last row: it computes and stores the same numbers
 * again, which costs nothing and needs no branch. Accumulators are separate local variables because C2 keeps nothing
 * else in registers.
 */
final class FloatMicroKernel {
    /** Rows of a micro-tile. */
    static final int MR = 6;

    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();
    /** Columns of a full micro-tile: two vectors. */
    static final int NR = 2 * LANES;

    private FloatMicroKernel() {}

    /** Computes a micro-tile of two vectors; row i of {@code a} is contiguous from {@code aOffset + i * aRowStride}. */
    static void rows2(
            float[] a,
            int aOffset,
            int aRowStride,
            float[] b,
            int bOffset,
            int bRowStride,
            float[] init,
            int initOffset,
            int initRowStride,
            float[] c,
            int cOffset,
            int cRowStride,
            int rows,
            int k) {
        for (int i = k + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (k < 0) {
            return;
        }
        int r1 = Math.min(1, rows - 1);
        int r2 = Math.min(2, rows - 1);
        int r3 = Math.min(3, rows - 1);
        int r4 = Math.min(4, rows - 1);
        int r5 = Math.min(5, rows - 1);
        int s0 = initOffset;
        int s1 = initOffset + r1 * initRowStride;
        int s2 = initOffset + r2 * initRowStride;
        int s3 = initOffset + r3 * initRowStride;
        int s4 = initOffset + r4 * initRowStride;
        int s5 = initOffset + r5 * initRowStride;
        FloatVector c00 = FloatVector.fromArray(SPECIES, init, s0);
        FloatVector c01 = FloatVector.fromArray(SPECIES, init, s0 + LANES);
        FloatVector c10 = FloatVector.fromArray(SPECIES, init, s1);
        FloatVector c11 = FloatVector.fromArray(SPECIES, init, s1 + LANES);
        FloatVector c20 = FloatVector.fromArray(SPECIES, init, s2);
        FloatVector c21 = FloatVector.fromArray(SPECIES, init, s2 + LANES);
        FloatVector c30 = FloatVector.fromArray(SPECIES, init, s3);
        FloatVector c31 = FloatVector.fromArray(SPECIES, init, s3 + LANES);
        FloatVector c40 = FloatVector.fromArray(SPECIES, init, s4);
        FloatVector c41 = FloatVector.fromArray(SPECIES, init, s4 + LANES);
        FloatVector c50 = FloatVector.fromArray(SPECIES, init, s5);
        FloatVector c51 = FloatVector.fromArray(SPECIES, init, s5 + LANES);
        int a0 = aOffset;
        int a1 = aOffset + r1 * aRowStride;
        int a2 = aOffset + r2 * aRowStride;
        int a3 = aOffset + r3 * aRowStride;
        int a4 = aOffset + r4 * aRowStride;
        int a5 = aOffset + r5 * aRowStride;
        int q = bOffset;
        for (int p = 0; p < k; p++) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, q);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, q + LANES);
            FloatVector e0 = FloatVector.broadcast(SPECIES, a[a0 + p]);
            c00 = e0.fma(b0, c00);
            c01 = e0.fma(b1, c01);
            FloatVector e1 = FloatVector.broadcast(SPECIES, a[a1 + p]);
            c10 = e1.fma(b0, c10);
            c11 = e1.fma(b1, c11);
            FloatVector e2 = FloatVector.broadcast(SPECIES, a[a2 + p]);
            c20 = e2.fma(b0, c20);
            c21 = e2.fma(b1, c21);
            FloatVector e3 = FloatVector.broadcast(SPECIES, a[a3 + p]);
            c30 = e3.fma(b0, c30);
            c31 = e3.fma(b1, c31);
            FloatVector e4 = FloatVector.broadcast(SPECIES, a[a4 + p]);
            c40 = e4.fma(b0, c40);
            c41 = e4.fma(b1, c41);
            FloatVector e5 = FloatVector.broadcast(SPECIES, a[a5 + p]);
            c50 = e5.fma(b0, c50);
            c51 = e5.fma(b1, c51);
            q += bRowStride;
        }
        c00.intoArray(c, cOffset);
        c01.intoArray(c, cOffset + LANES);
        c10.intoArray(c, cOffset + r1 * cRowStride);
        c11.intoArray(c, cOffset + r1 * cRowStride + LANES);
        c20.intoArray(c, cOffset + r2 * cRowStride);
        c21.intoArray(c, cOffset + r2 * cRowStride + LANES);
        c30.intoArray(c, cOffset + r3 * cRowStride);
        c31.intoArray(c, cOffset + r3 * cRowStride + LANES);
        c40.intoArray(c, cOffset + r4 * cRowStride);
        c41.intoArray(c, cOffset + r4 * cRowStride + LANES);
        c50.intoArray(c, cOffset + r5 * cRowStride);
        c51.intoArray(c, cOffset + r5 * cRowStride + LANES);
    }

    /** Computes a micro-tile of one vector; row i of {@code a} is contiguous from {@code aOffset + i * aRowStride}. */
    static void rows1(
            float[] a,
            int aOffset,
            int aRowStride,
            float[] b,
            int bOffset,
            int bRowStride,
            float[] init,
            int initOffset,
            int initRowStride,
            float[] c,
            int cOffset,
            int cRowStride,
            int rows,
            int k) {
        for (int i = k + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (k < 0) {
            return;
        }
        int r1 = Math.min(1, rows - 1);
        int r2 = Math.min(2, rows - 1);
        int r3 = Math.min(3, rows - 1);
        int r4 = Math.min(4, rows - 1);
        int r5 = Math.min(5, rows - 1);
        int s0 = initOffset;
        int s1 = initOffset + r1 * initRowStride;
        int s2 = initOffset + r2 * initRowStride;
        int s3 = initOffset + r3 * initRowStride;
        int s4 = initOffset + r4 * initRowStride;
        int s5 = initOffset + r5 * initRowStride;
        FloatVector c00 = FloatVector.fromArray(SPECIES, init, s0);
        FloatVector c10 = FloatVector.fromArray(SPECIES, init, s1);
        FloatVector c20 = FloatVector.fromArray(SPECIES, init, s2);
        FloatVector c30 = FloatVector.fromArray(SPECIES, init, s3);
        FloatVector c40 = FloatVector.fromArray(SPECIES, init, s4);
        FloatVector c50 = FloatVector.fromArray(SPECIES, init, s5);
        int a0 = aOffset;
        int a1 = aOffset + r1 * aRowStride;
        int a2 = aOffset + r2 * aRowStride;
        int a3 = aOffset + r3 * aRowStride;
        int a4 = aOffset + r4 * aRowStride;
        int a5 = aOffset + r5 * aRowStride;
        int q = bOffset;
        for (int p = 0; p < k; p++) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, q);
            FloatVector e0 = FloatVector.broadcast(SPECIES, a[a0 + p]);
            c00 = e0.fma(b0, c00);
            FloatVector e1 = FloatVector.broadcast(SPECIES, a[a1 + p]);
            c10 = e1.fma(b0, c10);
            FloatVector e2 = FloatVector.broadcast(SPECIES, a[a2 + p]);
            c20 = e2.fma(b0, c20);
            FloatVector e3 = FloatVector.broadcast(SPECIES, a[a3 + p]);
            c30 = e3.fma(b0, c30);
            FloatVector e4 = FloatVector.broadcast(SPECIES, a[a4 + p]);
            c40 = e4.fma(b0, c40);
            FloatVector e5 = FloatVector.broadcast(SPECIES, a[a5 + p]);
            c50 = e5.fma(b0, c50);
            q += bRowStride;
        }
        c00.intoArray(c, cOffset);
        c10.intoArray(c, cOffset + r1 * cRowStride);
        c20.intoArray(c, cOffset + r2 * cRowStride);
        c30.intoArray(c, cOffset + r3 * cRowStride);
        c40.intoArray(c, cOffset + r4 * cRowStride);
        c50.intoArray(c, cOffset + r5 * cRowStride);
    }

    /**
     * Computes a micro-tile of two vectors; column p of {@code a} is contiguous from {@code aOffset + p *
     * aColumnStride} and {@value #MR} long whatever {@code rows}; {@code b} is packed.
     *
     * <p>The loop counts the offsets in {@code b}, so C2 checks those before it. It checks two of {@code a}'s in each
     * step, which helps: within a stretch without branches it moves loads up, until registers do not suffice for the
     * sums.
     */
    static void columns2(
            float[] a,
            int aOffset,
            int aColumnStride,
            float[] b,
            int bOffset,
            float[] init,
            int initOffset,
            int initRowStride,
            float[] c,
            int cOffset,
            int cRowStride,
            int rows,
            int k) {
        for (int i = k + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (k < 0) {
            return;
        }
        int r1 = Math.min(1, rows - 1);
        int r2 = Math.min(2, rows - 1);
        int r3 = Math.min(3, rows - 1);
        int r4 = Math.min(4, rows - 1);
        int r5 = Math.min(5, rows - 1);
        int s0 = initOffset;
        int s1 = initOffset + r1 * initRowStride;
        int s2 = initOffset + r2 * initRowStride;
        int s3 = initOffset + r3 * initRowStride;
        int s4 = initOffset + r4 * initRowStride;
        int s5 = initOffset + r5 * initRowStride;
        FloatVector c00 = FloatVector.fromArray(SPECIES, init, s0);
        FloatVector c01 = FloatVector.fromArray(SPECIES, init, s0 + LANES);
        FloatVector c10 = FloatVector.fromArray(SPECIES, init, s1);
        FloatVector c11 = FloatVector.fromArray(SPECIES, init, s1 + LANES);
        FloatVector c20 = FloatVector.fromArray(SPECIES, init, s2);
        FloatVector c21 = FloatVector.fromArray(SPECIES, init, s2 + LANES);
        FloatVector c30 = FloatVector.fromArray(SPECIES, init, s3);
        FloatVector c31 = FloatVector.fromArray(SPECIES, init, s3 + LANES);
        FloatVector c40 = FloatVector.fromArray(SPECIES, init, s4);
        FloatVector c41 = FloatVector.fromArray(SPECIES, init, s4 + LANES);
        FloatVector c50 = FloatVector.fromArray(SPECIES, init, s5);
        FloatVector c51 = FloatVector.fromArray(SPECIES, init, s5 + LANES);
        int s = aOffset;
        int end = bOffset + k * NR;
        for (int q = bOffset; q < end; q += NR) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, q);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, q + LANES);
            FloatVector e = FloatVector.broadcast(SPECIES, a[s]);
            c00 = e.fma(b0, c00);
            c01 = e.fma(b1, c01);
            e = FloatVector.broadcast(SPECIES, a[s + 1]);
            c10 = e.fma(b0, c10);
            c11 = e.fma(b1, c11);
            e = FloatVector.broadcast(SPECIES, a[s + 2]);
            c20 = e.fma(b0, c20);
            c21 = e.fma(b1, c21);
            e = FloatVector.broadcast(SPECIES, a[s + 3]);
            c30 = e.fma(b0, c30);
            c31 = e.fma(b1, c31);
            e = FloatVector.broadcast(SPECIES, a[s + 4]);
            c40 = e.fma(b0, c40);
            c41 = e.fma(b1, c41);
            e = FloatVector.broadcast(SPECIES, a[s + 5]);
            c50 = e.fma(b0, c50);
            c51 = e.fma(b1, c51);
            s += aColumnStride;
        }
        c00.intoArray(c, cOffset);
        c01.intoArray(c, cOffset + LANES);
        c10.intoArray(c, cOffset + r1 * cRowStride);
        c11.intoArray(c, cOffset + r1 * cRowStride + LANES);
        c20.intoArray(c, cOffset + r2 * cRowStride);
        c21.intoArray(c, cOffset + r2 * cRowStride + LANES);
        c30.intoArray(c, cOffset + r3 * cRowStride);
        c31.intoArray(c, cOffset + r3 * cRowStride + LANES);
        c40.intoArray(c, cOffset + r4 * cRowStride);
        c41.intoArray(c, cOffset + r4 * cRowStride + LANES);
        c50.intoArray(c, cOffset + r5 * cRowStride);
        c51.intoArray(c, cOffset + r5 * cRowStride + LANES);
    }

    /**
     * Computes a micro-tile of one vector; column p of {@code a} is contiguous from {@code aOffset + p * aColumnStride}
     * and {@value #MR} long whatever {@code rows}.
     */
    static void columns1(
            float[] a,
            int aOffset,
            int aColumnStride,
            float[] b,
            int bOffset,
            int bRowStride,
            float[] init,
            int initOffset,
            int initRowStride,
            float[] c,
            int cOffset,
            int cRowStride,
            int rows,
            int k) {
        for (int i = k + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (k < 0) {
            return;
        }
        int r1 = Math.min(1, rows - 1);
        int r2 = Math.min(2, rows - 1);
        int r3 = Math.min(3, rows - 1);
        int r4 = Math.min(4, rows - 1);
        int r5 = Math.min(5, rows - 1);
        int s0 = initOffset;
        int s1 = initOffset + r1 * initRowStride;
        int s2 = initOffset + r2 * initRowStride;
        int s3 = initOffset + r3 * initRowStride;
        int s4 = initOffset + r4 * initRowStride;
        int s5 = initOffset + r5 * initRowStride;
        FloatVector c00 = FloatVector.fromArray(SPECIES, init, s0);
        FloatVector c10 = FloatVector.fromArray(SPECIES, init, s1);
        FloatVector c20 = FloatVector.fromArray(SPECIES, init, s2);
        FloatVector c30 = FloatVector.fromArray(SPECIES, init, s3);
        FloatVector c40 = FloatVector.fromArray(SPECIES, init, s4);
        FloatVector c50 = FloatVector.fromArray(SPECIES, init, s5);
        int s = aOffset;
        int q = bOffset;
        int even = k - 1;
        int p = 0;
        for (; p < even; p += 2) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, q);
            FloatVector e = FloatVector.broadcast(SPECIES, a[s]);
            c00 = e.fma(b0, c00);
            e = FloatVector.broadcast(SPECIES, a[s + 1]);
            c10 = e.fma(b0, c10);
            e = FloatVector.broadcast(SPECIES, a[s + 2]);
            c20 = e.fma(b0, c20);
            e = FloatVector.broadcast(SPECIES, a[s + 3]);
            c30 = e.fma(b0, c30);
            e = FloatVector.broadcast(SPECIES, a[s + 4]);
            c40 = e.fma(b0, c40);
            e = FloatVector.broadcast(SPECIES, a[s + 5]);
            c50 = e.fma(b0, c50);
            b0 = FloatVector.fromArray(SPECIES, b, q + bRowStride);
            e = FloatVector.broadcast(SPECIES, a[s + aColumnStride]);
            c00 = e.fma(b0, c00);
            e = FloatVector.broadcast(SPECIES, a[s + aColumnStride + 1]);
            c10 = e.fma(b0, c10);
            e = FloatVector.broadcast(SPECIES, a[s + aColumnStride + 2]);
            c20 = e.fma(b0, c20);
            e = FloatVector.broadcast(SPECIES, a[s + aColumnStride + 3]);
            c30 = e.fma(b0, c30);
            e = FloatVector.broadcast(SPECIES, a[s + aColumnStride + 4]);
            c40 = e.fma(b0, c40);
            e = FloatVector.broadcast(SPECIES, a[s + aColumnStride + 5]);
            c50 = e.fma(b0, c50);
            q += 2 * bRowStride;
            s += 2 * aColumnStride;
        }
        if (p < k) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, q);
            FloatVector e = FloatVector.broadcast(SPECIES, a[s]);
            c00 = e.fma(b0, c00);
            e = FloatVector.broadcast(SPECIES, a[s + 1]);
            c10 = e.fma(b0, c10);
            e = FloatVector.broadcast(SPECIES, a[s + 2]);
            c20 = e.fma(b0, c20);
            e = FloatVector.broadcast(SPECIES, a[s + 3]);
            c30 = e.fma(b0, c30);
            e = FloatVector.broadcast(SPECIES, a[s + 4]);
            c40 = e.fma(b0, c40);
            e = FloatVector.broadcast(SPECIES, a[s + 5]);
            c50 = e.fma(b0, c50);
        }
        c00.intoArray(c, cOffset);
        c10.intoArray(c, cOffset + r1 * cRowStride);
        c20.intoArray(c, cOffset + r2 * cRowStride);
        c30.intoArray(c, cOffset + r3 * cRowStride);
        c40.intoArray(c, cOffset + r4 * cRowStride);
        c50.intoArray(c, cOffset + r5 * cRowStride);
    }
}
