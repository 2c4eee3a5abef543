package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** One operation has one name: as a method, as a function, as a type and in texts. */
class NamesTest {
    /** Types that gradients alone apply, and those whose functions say in what family they are. */
    private static final Set<Class<?>> WITHOUT_FUNCTIONS =
            Set.of(LikeOps.class, IndexingGradients.class, Leaves.class, CrossEntropy.class);

    /** Operations that functions and gradient rules of another name make; they stand beside these. */
    private static final Set<String> PARTS_OF_FUNCTIONS = Set.of(
            "sumTiles",
            "padMode",
            "sumPadding",
            "recurrence",
            "shift",
            "scatterAlong",
            "takeAlong",
            "contract",
            "convolution",
            "convolutionImage",
            "convolutionTranspose",
            "convolutionWeights",
            "maxPool",
            "maxPoolChosen",
            "maxPoolImage",
            "windowCounts",
            "scan",
            "scanResult",
            "scanUpstream",
            "attention",
            "attentionGradient",
            "rowsProduct",
            "firstPlaces",
            "putRows",
            "sumEqual");

    @Test
    void aMethodIsNamedAsTheFunction() {
        Set<String> functions = OpWalk.functions().map(Method::getName).collect(Collectors.toSet());
        Set<String> methods = new TreeSet<>();
        for (Method method : Tensor.class.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers()) && method.getReturnType() == Tensor.class) {
                methods.add(method.getName());
            }
        }
        methods.remove("named");
        methods.removeAll(functions);
        assertEquals(Set.of(), methods, "methods of Tensor that no family has a function for");
    }

    @Test
    void aTypeIsNamedAsItsConstantAndItsFunction() throws IllegalAccessException {
        Set<String> functions = OpWalk.functions().map(OpWalk::name).collect(Collectors.toSet());
        Set<String> missing = new TreeSet<>();
        for (Class<?> family : OpWalk.classes()) {
            for (Field field : family.getDeclaredFields()) {
                if (field.getType() == OpType.class && Modifier.isStatic(field.getModifiers())) {
                    String name = ((OpType) field.get(null)).name();
                    assertTrue(
                            family == CrossEntropy.class || name.equals(camelCase(field.getName())),
                            field + " is named " + name);
                    String function = family.getSimpleName() + "." + name;
                    boolean named = WITHOUT_FUNCTIONS.contains(family)
                            || PARTS_OF_FUNCTIONS.contains(name)
                            || functions.contains(function)
                            || functions.contains(function + "Like");
                    if (!named) {
                        missing.add(function);
                    }
                }
            }
        }
        assertEquals(Set.of(), missing, "types of operations that have no function of their name");
    }

    private static String camelCase(String constant) {
        String[] words = constant.toLowerCase(Locale.ROOT).split("_");
        return words[0]
                + Arrays.stream(words)
                        .skip(1)
                        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                        .collect(Collectors.joining());
    }

    @Test
    void tensorStaysSmallEnoughToBeReadThrough() {
        long methods = Arrays.stream(Tensor.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .count();
        assertTrue(methods < 60, methods + " public methods: put rarer operations into a family class");
        assertEquals(
                methods,
                Arrays.stream(Tensor.class.getMethods())
                        .filter(method -> method.getDeclaringClass() == Tensor.class)
                        .count());
    }

    /** Methods drop the axes; functions keep them on demand. */
    @Test
    void reductionsDropAxesAsMethodsAndChooseAsFunctions() {
        Tensor x = Tensors.constant(new double[][] {{1, 2}, {3, 5}});
        assertEquals(NDArray.of(3.0, 8.0), x.sum(1).eval());
        assertEquals(
                NDArray.of(3.0, 8.0).reshape(2, 1), Reductions.sum(x, true, 1).eval());
        assertEquals(NDArray.of(2.0, 5.0), x.max(-1).eval());
        assertEquals(
                NDArray.of(2.0, 5.0).reshape(2, 1), Reductions.max(x, true, -1).eval());
    }

    @Test
    void softmaxTakesAnAxisAsMethodAndAsFunction() {
        Tensor x = Tensors.constant(new double[][] {{1, 2}, {3, 5}});
        assertEquals(Activations.softmax(x, 0).eval(), x.softmax(0).eval());
        assertEquals(x.softmax(1).eval(), x.softmax().eval());
    }
}
