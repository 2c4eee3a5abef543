package dev.autodiff.bytecode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class MethodCopierTest {
    private static final String OBJECT = "java/lang/Object";
    private static final String SOURCE = "dev/autodiff/bytecode/MethodCopierTest$Source";
    private static final String VECTOR_MATH = "dev.autodiff.kernel.vector.VectorMath";
    private static final String VECTOR_TRIGONOMETRY = "dev.autodiff.kernel.vector.VectorTrigonometry";

    /** The methods that simple tests copy, with every kind of instruction that can be copied. */
    static final class Source {
        private Source() {}

        static String joined(int count, float factor, String text) {
            int tooLargeForAByte = 300;
            int tooLargeForAShort = 100_000;
            int one = 1;
            float half = 0.5f;
            String numbers = text(count, tooLargeForAByte, tooLargeForAShort);
            return numbers.concat(text).concat(text(factor, half)).concat(text(one, -1, 100));
        }

        private static String text(int a, int b, int c) {
            return String.valueOf(a).concat(String.valueOf(b)).concat(String.valueOf(c));
        }

        private static String text(float a, float b) {
            float zero = 0f;
            return String.valueOf(a).concat(String.valueOf(b)).concat(String.valueOf(zero));
        }

        static String branches(String text) {
            return text.isEmpty() ? "empty" : text;
        }
    }

    private static MethodCopier copierOf(Class<?>... types) throws IOException {
        byte[][] files = new byte[types.length][];
        for (int i = 0; i < types.length; i++) {
            String resource = types[i].getName().replace('.', '/') + ".class";
            try (InputStream in = types[i].getClassLoader().getResourceAsStream(resource)) {
                files[i] = in.readAllBytes();
            }
        }
        return new MethodCopier(files);
    }

    /** A new object with one public method {@code run}, whose code is a copy of {@code method}. */
    private static Object classWithCopy(MethodCopier copier, Method method) throws ReflectiveOperationException {
        ClassFile file = new ClassFile("dev/autodiff/bytecode/Copy", OBJECT);
        file.constructor();
        Code code = new Code(file);
        code.local(OBJECT);
        List<int[]> pushes = new ArrayList<>();
        for (Class<?> type : method.getParameterTypes()) {
            if (type == int.class) {
                pushes.add(new int[] {Opcode.ILOAD, code.local(Code.VerificationType.INT)});
            } else if (type == float.class) {
                pushes.add(new int[] {Opcode.FLOAD, code.local(Code.VerificationType.FLOAT)});
            } else {
                pushes.add(new int[] {Opcode.ALOAD, code.local(type.getName().replace('.', '/'))});
            }
        }
        for (int[] push : pushes) {
            code.op(push[0], push[1]);
        }
        String descriptor = descriptor(method);
        String owner = method.getDeclaringClass().getName().replace('.', '/');
        copier.copy(owner, method.getName() + descriptor, file, code);
        code.op(method.getReturnType().isPrimitive() ? Opcode.IRETURN : Opcode.ARETURN);
        file.method("run", descriptor, code);
        return MethodHandles.lookup()
                .defineHiddenClass(file.toBytes(), true)
                .lookupClass()
                .getDeclaredConstructor()
                .newInstance();
    }

    private static String descriptor(Method method) {
        return MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                .toMethodDescriptorString();
    }

    private static Object runCopy(Object copy, Method original, Object... arguments)
            throws ReflectiveOperationException {
        Method run = copy.getClass().getMethod("run", original.getParameterTypes());
        return run.invoke(copy, arguments);
    }

    @Test
    void copiesConstantsLocalsAndCallsOfTheClassItself() throws Exception {
        Method method = Source.class.getDeclaredMethod("joined", int.class, float.class, String.class);
        Object copy = classWithCopy(copierOf(Source.class), method);
        assertEquals(Source.joined(7, 2.5f, "-"), runCopy(copy, method, 7, 2.5f, "-"));
        assertTrue(Arrays.stream(copy.getClass().getDeclaredMethods())
                .allMatch(m -> m.getName().equals("run")));
    }

    @Test
    void refusesBranches() throws Exception {
        Method method = Source.class.getDeclaredMethod("branches", String.class);
        MethodCopier copier = copierOf(Source.class);
        IllegalStateException refusal = assertThrows(IllegalStateException.class, () -> classWithCopy(copier, method));
        assertTrue(String.valueOf(refusal.getMessage()).contains("straight-line"), refusal::toString);
    }

    @Test
    void namesAMethodThatIsMissing() throws Exception {
        MethodCopier copier = copierOf(Source.class);
        ClassFile file = new ClassFile("dev/autodiff/bytecode/Copy", OBJECT);
        IllegalStateException missing =
                assertThrows(IllegalStateException.class, () -> copier.copy(SOURCE, "sinh(F)F", file, new Code(file)));
        assertEquals("No method sinh(F)F in " + SOURCE, missing.getMessage());
    }

    /** Vectors are compared as text, because this package does not link to the Vector API. */
    @TestFactory
    List<DynamicTest> everyMethodOfTheVectorMathGivesTheSameAsACopy() throws Exception {
        assumeTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
        Class<?>[] sources = {Class.forName(VECTOR_MATH), Class.forName(VECTOR_TRIGONOMETRY)};
        MethodCopier copier = copierOf(sources);
        List<DynamicTest> tests = new ArrayList<>();
        for (Method method : Stream.of(sources)
                .flatMap(type -> Stream.of(type.getDeclaredMethods()))
                .toList()) {
            boolean called = method.getName().endsWith("OfHuge");
            if (Modifier.isStatic(method.getModifiers()) && !method.isSynthetic() && !called) {
                method.setAccessible(true);
                tests.add(DynamicTest.dynamicTest(
                        method.getName() + descriptor(method), () -> assertCopyIsEqual(copier, method)));
            }
        }
        assertFalse(tests.isEmpty());
        return tests;
    }

    private static void assertCopyIsEqual(MethodCopier copier, Method method) throws ReflectiveOperationException {
        Object copy = classWithCopy(copier, method);
        for (int seed = 0; seed < 50; seed++) {
            Object[] arguments = arguments(method, seed);
            String expected = method.invoke(null, arguments).toString();
            assertEquals(expected, runCopy(copy, method, arguments).toString(), "at " + Arrays.toString(arguments));
        }
    }

    private static Object[] arguments(Method method, int seed) throws ReflectiveOperationException {
        Class<?> math = Class.forName(VECTOR_MATH);
        Object[] arguments = new Object[method.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            Class<?> type = method.getParameterTypes()[i];
            int number = (seed + 17 * i) * 0x9e3779b1;
            if (type == int.class) {
                arguments[i] = number;
            } else if (type == float.class) {
                arguments[i] = Float.intBitsToFloat(number);
            } else {
                arguments[i] = vector(math, type, number);
            }
        }
        return arguments;
    }

    /** A vector of arbitrary lanes, of the class {@code type}. */
    private static Object vector(Class<?> math, Class<?> type, int seed) throws ReflectiveOperationException {
        boolean floats = type.getSimpleName().equals("FloatVector");
        Object species = math.getField(floats ? "SPECIES" : "INTS").get(null);
        Class<?> speciesType = Class.forName("jdk.incubator.vector.VectorSpecies");
        int lanes = (int) speciesType.getMethod("length").invoke(species);
        Object array = floats ? new float[lanes] : new int[lanes];
        for (int lane = 0; lane < lanes; lane++) {
            int bits = (seed + lane) * 0x85ebca6b;
            // every other float is of ordinary size: arbitrary bits are huge or tiny most of the time
            java.lang.reflect.Array.set(
                    array,
                    lane,
                    floats ? (Object) (lane % 2 == 0 ? Float.intBitsToFloat(bits) : bits * 0x1p-27f) : (Object) bits);
        }
        return type.getMethod("fromArray", speciesType, array.getClass(), int.class)
                .invoke(null, species, array, 0);
    }
}
