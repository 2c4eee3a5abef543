package dev.autodiff.compiler;

import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.parallel.ThreadTeam;
import dev.autodiff.runtime.Program;
import java.util.List;

/** The compiler for chosen kernels and threads, for the tests of what programs do. */
public final class TestCompiler {
    private TestCompiler() {}

    public static Program compile(
            ProgramBuilder builder, CompileOptions options, Kernels kernels, ThreadTeam team, Value... outputs) {
        return Compiler.compile(builder.build(List.of(outputs)), options, kernels, team);
    }
}
