package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.autodiff.check.GradientCheck;
import dev.autodiff.graph.library.inner.Layers;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The line of the user's code that a tensor was made for, also if the framework makes many tensors for one line. */
@Tag("kernel-independent")
class SourceLineTest {
    private static String here() {
        StackWalker.StackFrame caller = StackWalker.getInstance()
                .walk(frames -> frames.skip(1).findFirst().orElseThrow());
        return caller.getFileName() + ":" + caller.getLineNumber();
    }

    private final Tensor x = Tensors.scalar(3);

    @Test
    void aGradientHasTheLineThatAskedForIt() {
        Tensor y = x.square().mul(x).tanh();
        Tensor[] dx = {x};
        String line = here();
        dx[0] = Tensors.gradients(y, x).get(0);
        int after = Integer.parseInt(line.substring(line.indexOf(':') + 1)) + 1;
        List<Tensor> forward = Topology.order(List.of(y));
        int made = 0;
        for (Tensor node : Topology.order(List.of(dx[0]))) {
            if (!forward.contains(node)) {
                assertEquals("SourceLineTest.java:" + after, node.sourceLine(), node.describe());
                made++;
            }
        }
        assertTrue(made > 4, "the gradient is several operations, not " + made);
        assertNotEquals(dx[0].sourceLine(), x.neg().sourceLine(), "what is made afterwards has its own line");
    }

    @Test
    void codeWithoutLinesIsNamedByItsMethod() {
        StackWalker.StackFrame stripped = new StackWalker.StackFrame() {
            @Override
            public String getClassName() {
                return "app.Main";
            }

            @Override
            public String getMethodName() {
                return "main";
            }

            @Override
            public Class<?> getDeclaringClass() {
                return SourceLineTest.class;
            }

            @Override
            public int getByteCodeIndex() {
                return 0;
            }

            @Override
            @SuppressWarnings("NullAway") // so says its Javadoc
            public String getFileName() {
                return null;
            }

            @Override
            public int getLineNumber() {
                return -1;
            }

            @Override
            public boolean isNativeMethod() {
                return false;
            }

            @Override
            public StackTraceElement toStackTraceElement() {
                return new StackTraceElement("app.Main", "main", null, -1);
            }
        };
        assertEquals("app.Main.main", SourceLine.describe(Optional.of(stripped)));
    }

    /** This class is in the package of Tensor, but comes from another directory. */
    @Test
    void aTestBesideTheFrameworkIsAUser() {
        assertFalse(SourceLine.isFramework(SourceLineTest.class));
        assertTrue(SourceLine.isFramework(Tensor.class));
        assertTrue(SourceLine.isFramework(GradientCheck.class));
        assertTrue(SourceLine.isFramework(List.class));
        assertFalse(SourceLine.isFramework(Test.class));
    }

    @Test
    void aLibraryThatDeclaresItselfShowsItsUsersLines() {
        Tensor row = Tensors.constant(new float[][] {{1, 2}});
        String line = here();
        Tensor y = Layers.dense(row, Tensors.ones(2, 3), Tensors.zeros(3));
        assertEquals(next(line), y.sourceLine());
        assertEquals(next(line), y.inputs().get(0).sourceLine());
        GraphException mistake = assertThrows(GraphException.class, () -> Layers.dense(row, row, row));
        assertTrue(String.valueOf(mistake.getMessage()).contains("at SourceLineTest.java:"), mistake::getMessage);
    }

    /** Packages that build graphs without the declaration would show their own lines. */
    @Test
    void allPackagesOfTheLibraryThatBuildGraphsAreDeclared() {
        Set<String> missing = new TreeSet<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.autodiff")) {
            boolean buildsGraphs = type.getDirectDependenciesFromSelf().stream()
                    .anyMatch(use -> use.getTargetClass().getName().equals(Tensor.class.getName()));
            if (buildsGraphs && !SourceLine.isFramework(type.reflect())) {
                missing.add(type.getPackageName());
            }
        }
        assertEquals(Set.of(), missing, "these need @FrameworkCode in their package-info.java");
    }

    private static String next(String line) {
        int colon = line.indexOf(':') + 1;
        return line.substring(0, colon) + (Integer.parseInt(line.substring(colon)) + 1);
    }

    /** x³ with a rule of two lines, or one that fails. */
    private static final class Cube extends Op {
        private final boolean fails;
        private String line = "";

        Cube(boolean fails) {
            super("cube");
            this.fails = fails;
        }

        @Override
        public String formula() {
            return "x³";
        }

        @Override
        public String rule(int input) {
            return "3x² * dy";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return in.get(0).type();
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            if (fails) {
                return dy.matmul(dy); // of scalars: an error
            }
            Tensor slope = in.get(0).square().mul(3);
            line = slope.sourceLine();
            return dy.mul(slope);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            throw new UnsupportedOperationException("never computed here");
        }
    }

    @Test
    void whatAUsersRuleMakesHasTheLineInTheRule() {
        Cube cube = new Cube(false);
        Tensor dx = Tensors.gradients(cube.apply(x.tanh()), x).get(0);
        assertTrue(cube.line.startsWith("SourceLineTest.java:"), cube.line);
        assertNotEquals(dx.sourceLine(), cube.line);
    }

    @Test
    void afterAGradientThatFailsTensorsHaveTheirOwnLines() {
        Tensor y = new Cube(true).apply(x);
        assertThrows(GraphException.class, () -> Tensors.gradients(y, x));
        String line = here();
        Tensor next = x.neg();
        assertEquals(
                Integer.parseInt(line.substring(20)) + 1,
                Integer.parseInt(next.sourceLine().substring(20)));
    }
}
