package dev.autodiff.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The lanes of a vector, and rearrangements that add them up by halves. Not by {@code reduceLanes(ADD)}: it leaves the
 * order open, and interpreted and compiled code of JDK 25 differ, so that the last bits would change from run to run.
 *
 * <p>Loops write such a sum out: what stands behind a loop is called rarely, and C2 inlines rare calls only of methods
 * of the Vector API; elsewhere each vector would be an object. For the same reason they call no methods of ours.
 */
final class Lanes {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int COUNT = SPECIES.length();

    /** Rotations of all lanes. */
    static final VectorShuffle<Float> BY_8 = rotation(8);

    static final VectorShuffle<Float> BY_4 = rotation(4);
    static final VectorShuffle<Float> BY_2 = rotation(2);
    static final VectorShuffle<Float> BY_1 = rotation(1);
    static final VectorShuffle<Float> BY_HALF = rotation(COUNT / 2);

    /** The rotation of each half by four lanes. */
    static final VectorShuffle<Float> HALVES_BY_4 = rotationOfHalves(4);

    /** The numbers of the lanes: 0, 1 and so on. Loaded, as {@code addIndex} is no instruction in JDK 17. */
    static final float[] NUMBERS = new float[COUNT];

    static {
        for (int i = 0; i < COUNT; i++) {
            NUMBERS[i] = i;
        }
    }

    private Lanes() {}

    private static VectorShuffle<Float> rotation(int by) {
        return VectorShuffle.fromOp(SPECIES, i -> (i + by) % COUNT);
    }

    private static VectorShuffle<Float> rotationOfHalves(int by) {
        int half = COUNT / 2;
        return VectorShuffle.fromOp(SPECIES, i -> i / half * half + (i + by) % half);
    }
}
