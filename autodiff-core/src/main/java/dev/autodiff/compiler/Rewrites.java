package dev.autodiff.compiler;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.Operation;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Rewriter;
import dev.autodiff.ir.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The passes that run while operations are added: simplification, then folding of what depends on constants alone. */
record Rewrites(boolean simplify, boolean fold) implements Rewriter {
    /** Larger results are not computed ahead even if they are constant: they would only fill memory. */
    private static final int LARGEST_FOLDED = 1 << 16;

    static Rewriter of(CompileOptions options) {
        return new Rewrites(options.simplify(), options.fold());
    }

    @Override
    public @Nullable Value rewrite(
            ProgramBuilder builder, Operation operation, DType dtype, Shape shape, List<Value> operands) {
        Value simpler = simplify
                ? Simplifier.simplify(builder, operation, dtype, shape, operands)
                : Simplifier.vectorProduct(builder, operation, shape, operands);
        if (simpler != null || !fold || shape.size() > LARGEST_FOLDED || !Folding.isFoldable(operands)) {
            return simpler;
        }
        try {
            return builder.constant(Folding.evaluate(operation, dtype, shape, operands));
        } catch (IllegalArgumentException e) {
            return null; // fails when run, where the message says what was being done
        }
    }
}
