package dev.autodiff.runtime;

import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.kernel.MatmulLayout;
import dev.autodiff.kernel.PackedMatmul;
import dev.autodiff.kernel.Scratch;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * A matrix product in two steps over any kernels, so that tests see packing without the Vector API and without waiting
 * until its loops are compiled: packing copies the operand in row-major order.
 */
public final class PackedScalar implements PackedMatmul {
    private static final Kernels KERNELS = KernelProvider.kernels();

    private boolean ready = true;

    private PackedScalar() {}

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

    static Kernels kernels(PackedScalar packed) {
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
            Scratch scratch) {
        MatmulLayout packed = new MatmulLayout(layout.aRowStride(), layout.aColumnStride(), n, 1, layout.cRowStride());
        KERNELS.matmul(packed, a, aOffset, panels[0], column, c, cOffset, rows, columns, k, scratch);
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
