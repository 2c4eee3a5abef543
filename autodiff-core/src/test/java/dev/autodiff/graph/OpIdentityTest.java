package dev.autodiff.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.State;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every operation can be told from every other, from outside, by its type and its attributes. */
class OpIdentityTest {
    private static final Tensor MATRIX = Tensors.constant(new float[][] {{1, 2, 3}, {4, 5, 6}});
    private static final Tensor LABELS = Tensors.constant(0, 1);

    /** A leaf that can be assigned to. */
    private static final class Weights extends Tensor {
        Weights(String name) {
            super(
                    Leaves.state(new State(DType.FLOAT32, Shape.of(2))),
                    new TensorType(DType.FLOAT32, Shape.of(2)),
                    name);
        }
    }

    /** Operations that are in no row of the table, as no gradient flows through them, with several values each. */
    private static List<Tensor> withoutRows() {
        Tensor value = Tensors.constant(1f, 2f);
        return List.of(
                MATRIX.argmax(0),
                MATRIX.argmax(1),
                Reductions.argmin(MATRIX, 0),
                Reductions.argmin(MATRIX, 1),
                Sorting.argsort(MATRIX, 0),
                Sorting.argsort(MATRIX, 1),
                Sorting.argsort(MATRIX, 1, true),
                Rounding.floor(MATRIX),
                Rounding.ceil(MATRIX),
                Rounding.round(MATRIX),
                Indexing.oneHot(LABELS, 2, DType.FLOAT32),
                Indexing.oneHot(LABELS, 3, DType.FLOAT32),
                Indexing.oneHot(LABELS, 3, DType.FLOAT64),
                MATRIX.cast(DType.INT32),
                MATRIX.cast(DType.FLOAT64),
                Tensors.assign(new Weights("v"), value),
                Tensors.assign(new Weights("w"), value),
                Tensors.randomUniformLike(MATRIX),
                MATRIX.stopGradient());
    }

    private static Set<Op> all() {
        Set<Op> ops = new LinkedHashSet<>();
        List<Tensor> nodes = new ArrayList<>(TableWalk.nodes());
        nodes.addAll(withoutRows());
        for (Tensor node : nodes) {
            if (!node.inputs().isEmpty()) { // a leaf holds a value, which is not an attribute
                ops.add(node.op());
            }
        }
        return ops;
    }

    @Test
    void everyTypeIsAPublicConstant() {
        Set<OpType> constants = new HashSet<>(OpWalk.types());
        assertTrue(constants.size() > 50, "the walk finds the types");
        for (Op op : all()) {
            assertTrue(constants.contains(op.type()), op + " has a type that is no public constant");
        }
    }

    @Test
    void typesHaveNamesOfTheirOwn() {
        Set<String> names = new HashSet<>();
        OpWalk.types().forEach(type -> assertTrue(names.add(type.name()), type + " is the name of two types"));
    }

    /** The fields of an operation decide what it computes, so that they must be seen from outside. */
    @Test
    void operationsWithFieldsHaveAttributes() {
        Map<OpType, Set<Op>> byType = new HashMap<>();
        all().forEach(op ->
                byType.computeIfAbsent(op.type(), type -> new LinkedHashSet<>()).add(op));
        byType.forEach((type, ops) -> {
            Op first = ops.iterator().next();
            if (ops.size() > 1 || !OpWalk.only().contains(first)) {
                assertTrue(
                        fields(first).isEmpty() || !first.attributes().isEmpty(),
                        type + " has fields " + fields(first) + " but no attributes");
            }
        });
    }

    @Test
    void operationsThatDifferInValueDifferInAttributes() {
        Map<List<Object>, Op> seen = new HashMap<>();
        Map<OpType, Set<Attributes>> values = new HashMap<>();
        for (Op op : all()) {
            values.computeIfAbsent(op.type(), type -> new HashSet<>()).add(op.attributes());
            Op other = seen.putIfAbsent(List.of(op.type(), op.attributes()), op);
            if (other != null) {
                assertSame(other.getClass(), op.getClass(), op::toString);
                for (Field field : fields(op)) {
                    Object[] pair = {value(field, other), value(field, op)};
                    assertTrue(
                            Arrays.deepEquals(new Object[] {pair[0]}, new Object[] {pair[1]}),
                            op.getClass().getName() + " differs in " + field.getName() + ", which is no attribute");
                }
            }
        }
        values.forEach((type, met) -> {
            boolean hasAttributes = !met.iterator().next().isEmpty();
            assertTrue(!hasAttributes || met.size() > 1, type + " is met with one value alone: draw others as well");
        });
    }

    /** Fields of instances, in all classes below {@link Op}. */
    private static List<Field> fields(Op op) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> type = op.getClass(); type != Op.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                int kind = field.getModifiers();
                if (!Modifier.isStatic(kind) && !Modifier.isTransient(kind) && !field.isSynthetic()) {
                    fields.add(field);
                }
            }
        }
        return fields;
    }

    private static Object value(Field field, Op op) {
        try {
            field.setAccessible(true);
            return field.get(op);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aToolAsksForTypeAndAttributes() {
        Op sum = MATRIX.sum(0).op();
        assertSame(Reductions.SUM, sum.type());
        assertEquals(List.of(0), sum.attributes().get(Reductions.AXES));
        assertEquals(false, sum.attributes().get(Reductions.KEEP_DIMS));
        assertEquals(
                Set.of(Reductions.AXES, Reductions.KEEP_DIMS), sum.attributes().keys());
        assertNotEquals(MATRIX.sum(1).op().attributes(), sum.attributes());
        assertEquals(MATRIX.sum(0).op().attributes(), sum.attributes());
        assertEquals(
                MATRIX.sum(0).op().attributes().hashCode(), sum.attributes().hashCode());
        assertSame(Arithmetic.EXP, MATRIX.exp().op().type());
        assertTrue(MATRIX.exp().op().attributes().isEmpty());
        assertEquals(DType.FLOAT64, MATRIX.cast(DType.FLOAT64).op().attributes().get(Shaping.DTYPE));
    }

    @Test
    void attributesCannotBeChanged() {
        Attributes attributes = MATRIX.sum(0).op().attributes();
        assertThrows(
                UnsupportedOperationException.class,
                () -> attributes.get(Reductions.AXES).set(0, 1));
        assertThrows(
                UnsupportedOperationException.class, () -> attributes.keys().clear());
    }

    @Test
    void aKeyOfAnotherFamilyIsRefusedWithWhatThereIs() {
        Attributes attributes = Activations.softmax(MATRIX, 0).op().attributes();
        assertFalse(attributes.find(Shaping.AXIS).isPresent());
        NoSuchElementException refused =
                assertThrows(NoSuchElementException.class, () -> attributes.get(Reductions.AXES));
        assertTrue(String.valueOf(refused.getMessage()).contains("axis"), refused::getMessage);
    }

    /** The identity is the type, not the name: a user may call an operation as a built-in one is called. */
    @Test
    void aUsersOperationIsNotTakenForABuiltInOneOfItsName() {
        OpType cast = new OpType("cast");
        assertNotEquals(Shaping.CAST, cast);
        assertEquals("cast", cast.name());
        assertNotSame(cast, new OpType("cast"));
    }

    @Test
    void textsShowWhatIsNotUsual() {
        assertEquals("sum", MATRIX.sum().op().toString());
        assertEquals("sum axes=[0]", MATRIX.sum(0).op().toString());
        assertEquals(
                "mean axes=[0, 1], keepDims",
                Reductions.mean(MATRIX, true, 0, 1).op().toString());
        assertEquals("softmax", MATRIX.softmax().op().toString());
        assertEquals("softmax axis=0", Activations.softmax(MATRIX, 0).op().toString());
        assertEquals("transpose", MATRIX.transpose().op().toString());
        assertEquals(
                "transpose permutation=[2, 0, 1]",
                Tensors.zeros(1, 2, 3).transpose(2, 0, 1).op().toString());
        assertEquals("cast dtype=INT32", MATRIX.cast(DType.INT32).op().toString());
        assertEquals(
                "matmul transposeB",
                LinearAlgebra.matmul(MATRIX, MATRIX, false, true).op().toString());
        assertEquals(
                "assign target=w",
                Tensors.assign(new Weights("w"), Tensors.constant(1f, 2f)).op().toString());
        assertTrue(MATRIX.sum(0).named("total").toString().startsWith("sum axes=[0] total FLOAT32 [3]"));
        assertTrue(MATRIX.sum(0).toString().startsWith("sum axes=[0] FLOAT32 [3]"));
    }

    @Test
    void errorsShowAttributes() {
        Refused.with(
                IllegalArgumentException.class, () -> MATRIX.mean(0, 0), "mean axes=[0, 0]: axis 0 is named twice");
    }

    @Test
    void usersDeclareKeysAndTypes() {
        Attribute<Double> rate = new Attribute<>("rate", 0.5);
        Attribute<String> mode = new Attribute<>("mode");
        assertEquals(0.5, rate.usual().orElseThrow());
        assertTrue(mode.usual().isEmpty());
        Attributes attributes = Attributes.of(rate, 0.5).with(mode, "train");
        assertEquals("mode=train", attributes.toString());
        assertEquals("rate=0.1, mode=train", attributes.with(rate, 0.1).toString());
        assertEquals(NDArray.of(1f), Tensors.constant(1f).eval());
    }
}
