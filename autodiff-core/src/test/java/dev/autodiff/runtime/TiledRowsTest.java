package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Rewriter;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Loops over short rows, sixteen at a time, give what is computed number by number. */
class TiledRowsTest {
    @ParameterizedTest
    @CsvSource({"128, 6", "200, 6", "143, 1", "127, 6", "513, 3", "160, 63", "160, 64", "1000, 16", "130, 33"})
    void rowsOfFloatsAndDoubles(int rows, int columns) {
        for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64, DType.INT32}) {
            NDArray x = InstructionRun.random(dtype, rows, columns);
            NDArray bias = InstructionRun.random(dtype, columns);
            NDArray factor = InstructionRun.random(dtype);
            ProgramBuilder builder = new ProgramBuilder(Rewriter.NONE, false);
            Value sum =
                    builder.map(Elementwise.ADD, builder.input(dtype, x.shape()), builder.input(dtype, bias.shape()));
            double[] expected = new double[x.size()];
            for (int i = 0; i < expected.length; i++) {
                double exact = x.at(i) + bias.at(i % columns);
                expected[i] = dtype == DType.FLOAT32 ? (float) exact : exact;
            }
            new InstructionRun(builder, sum, x, bias)
                    .gives(NDArray.wrap(expected, rows, columns).cast(dtype));
            builder = new ProgramBuilder(Rewriter.NONE, false);
            Value product =
                    builder.map(Elementwise.MUL, builder.input(dtype, Shape.scalar()), builder.input(dtype, x.shape()));
            for (int i = 0; i < expected.length; i++) {
                double exact = factor.at(0) * x.at(i);
                expected[i] = dtype == DType.FLOAT32 ? (float) exact : exact;
            }
            new InstructionRun(builder, product, factor, x)
                    .gives(NDArray.wrap(expected, rows, columns).cast(dtype));
        }
    }
}
