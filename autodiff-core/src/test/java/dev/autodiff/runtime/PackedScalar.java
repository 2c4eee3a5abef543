package dev.autodiff.runtime;

import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.kernel.MatmulLayout;
import dev.autodiff.kernel.PackedMatmul;
import dev.autodiff.kernel.Scratch;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A matrix product in two steps over any kernels, so that tests see packing without the Vector API and without waiting
 * until its loops are compiled: packing copies the operand in row-major order.
 */
public final class PackedScalar implements PackedMatmul {
    private static final Kernels KERNELS = KernelProvider.kernels();

    private boolean ready = true;

    /** The blocks of products so far; those of the same rows as the one before are counted apart. */
    public final AtomicInteger products = new AtomicInteger();

    public final AtomicInteger productsOfSameRows = new AtomicInteger();

    /** Creates a product that is ready. */
    public PackedScalar() {}

    /** Returns the kernels of this run with this product in two steps. */
    public static Kernels kernels() {
        return kernels(new PackedScalar());
    }

    /** Returns kernels whose packing is not ready until {@link #compile} is called. */
    static PackedScalar notReady() {
        PackedScalar packed = new PackedScalar();
        packed.ready = false;
        return packed;
    }

    void compile() {
        ready = true;
    }

    /** Returns the kernels of this run with a product in two steps. */
    public static Kernels kernels(PackedScalar packed) {
        return (Kernels) Proxy.newProxyInstance(
                Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("packedMatmul")) {
                        return packed;
                    }
                    try {
                        return method.invoke(KERNELS, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    public boolean suits(int m, int n, int k) {
        return m >= 2 && n >= 4;
    }

    @Override
    public boolean isReady(MatmulLayout layout, int m, int n, int k) {
        return ready;
    }

    @Override
    public float[][] panels(int n, int k, Scratch shared) {
        return shared.floatRows(0, 1, n * k);
    }

    @Override
    public void pack(float[] b, int bOffset, int bRow, int bCol, float[][] panels, int n, int k, int part, int parts) {
        packRows(b, bOffset, bRow, bCol, panels, n, k, k * part / parts, k * (part + 1) / parts);
    }

    @Override
    public void packRows(
            float[] b, int bOffset, int bRow, int bCol, float[][] panels, int n, int k, int row0, int row1) {
        for (int row = row0; row < row1; row++) {
            for (int column = 0; column < n; column++) {
                panels[0][row * n + column] = b[bOffset + row * bRow + column * bCol];
            }
        }
    }

    @Override
    public void multiply(
            MatmulLayout layout,
            float[] a,
            int aOffset,
            float[][] panels,
            int column,
            float[] c,
            int cOffset,
            int rows,
            int columns,
            int n,
            int k,
            boolean sameRows,
            Scratch scratch) {
        float[] copy = scratch.floats(6, rows * k);
        for (int i = 0; !sameRows && i < rows * k; i++) {
            copy[i] = a[aOffset + i / k * layout.aRowStride() + i % k * layout.aColumnStride()];
        }
        MatmulLayout packed = new MatmulLayout(k, 1, n, 1, layout.cRowStride());
        KERNELS.matmul(packed, copy, 0, panels[0], column, c, cOffset, rows, columns, k, scratch);
        (sameRows ? productsOfSameRows : products).incrementAndGet();
    }

    @Override
    public int rowUnit() {
        return 6;
    }

    @Override
    public int columnUnit() {
        return 16;
    }
}
