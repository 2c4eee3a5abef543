package dev.autodiff.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.GetColumnByOrdinal;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoder;
import org.apache.spark.sql.catalyst.encoders.ExpressionEncoder;
import org.apache.spark.sql.catalyst.encoders.RowEncoder$;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.CreateNamedStruct;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.KnownNullable;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.objects.Invoke;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.ObjectType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.unsafe.Platform;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Rows in the form in which Spark has them in memory. A {@link Row} has an object for each element of an array: making
 * those, and taking them apart again, takes several times as long as a model of moderate size computes.
 */
final class InternalRows {
    private InternalRows() {}

    /**
     * Returns the encoder that leaves rows as they are. Each row that a function is given is a copy of its own.
     *
     * <p>It hands rows over as objects: of a value of a type of SQL, Spark asks the type for each row how to read it,
     * which takes as long as copying some kilobytes several times.
     */
    static Encoder<InternalRow> encoder(StructType schema) {
        @SuppressWarnings("unchecked") // of the type, Spark uses the schema alone
        AgnosticEncoder<InternalRow> type =
                (AgnosticEncoder<InternalRow>) (AgnosticEncoder<?>) RowEncoder$.MODULE$.encoderFor(schema);
        Expression row = new BoundReference(0, schema, false);
        return new ExpressionEncoder<>(
                type,
                struct(schema, place -> new GetStructField(row, place, Option.empty())),
                new Invoke(
                        // Which columns have nulls is not known yet when Spark asks for the type of the row.
                        struct(schema, place -> new KnownNullable(new GetColumnByOrdinal(place, type(schema, place)))),
                        "copy",
                        new ObjectType(InternalRow.class),
                        sequence(List.of()),
                        sequence(List.of()),
                        false,
                        false,
                        true));
    }

    private static Expression struct(StructType schema, IntFunction<Expression> field) {
        List<Expression> fields = new ArrayList<>();
        for (int i = 0; i < schema.length(); i++) {
            fields.add(Literal.create(schema.apply(i).name(), DataTypes.StringType));
            fields.add(field.apply(i));
        }
        return new CreateNamedStruct(sequence(fields));
    }

    private static <T> Seq<T> sequence(List<T> list) {
        return CollectionConverters.asScala(list).toSeq();
    }

    private static DataType type(StructType schema, int place) {
        return schema.apply(place).dataType();
    }

    /** Returns a value of a column as {@link Columns} reads it; null if there is none. */
    static @Nullable Object value(InternalRow row, int place, DataType type) {
        if (row.isNullAt(place)) {
            return null;
        }
        if (type.equals(SQLDataTypes.VectorType())) {
            return ((UserDefinedType<?>) type).deserialize(row.get(place, type));
        }
        if (type instanceof ArrayType array) {
            return numbers(row.getArray(place), array.elementType(), array.containsNull());
        }
        return number(row.get(place, type), type);
    }

    private static Object numbers(ArrayData array, DataType type, boolean mayHaveNulls) {
        if (mayHaveNulls && hasNull(array)) {
            Object[] numbers = new Object[array.numElements()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = array.isNullAt(i) ? null : number(array.get(i, type), type);
            }
            return numbers;
        }
        if (array instanceof UnsafeArrayData unsafe && type.equals(DataTypes.FloatType)) {
            return new Floats(unsafe);
        }
        return type.equals(DataTypes.DoubleType) ? array.toDoubleArray() : floats(array, type);
    }

    /** Returns the elements of an array as floats, read by their type: {@code get} looks it up for each of them. */
    private static float[] floats(ArrayData array, DataType type) {
        if (type.equals(DataTypes.FloatType)) {
            return array.toFloatArray();
        }
        float[] floats = new float[array.numElements()];
        for (int i = 0; i < floats.length; i++) {
            if (type.equals(DataTypes.IntegerType)) {
                floats[i] = array.getInt(i);
            } else if (type.equals(DataTypes.LongType)) {
                floats[i] = array.getLong(i);
            } else if (type.equals(DataTypes.ShortType)) {
                floats[i] = array.getShort(i);
            } else if (type.equals(DataTypes.ByteType)) {
                floats[i] = array.getByte(i);
            } else {
                DecimalType decimal = (DecimalType) type;
                floats[i] = (float) array.getDecimal(i, decimal.precision(), decimal.scale())
                        .toDouble();
            }
        }
        return floats;
    }

    /** Floats that lie side by side in the memory of a row. */
    private record Floats(UnsafeArrayData array) implements Columns.Numbers {
        @Override
        public int size() {
            return array.numElements();
        }

        @Override
        public void write(float[] to, int at) {
            int size = size();
            Objects.checkFromIndexSize(at, size, to.length);
            Platform.copyMemory(
                    array.getBaseObject(),
                    array.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes(size),
                    to,
                    Platform.FLOAT_ARRAY_OFFSET + (long) Float.BYTES * at,
                    (long) Float.BYTES * size);
        }
    }

    private static boolean hasNull(ArrayData array) {
        for (int i = 0; i < array.numElements(); i++) {
            if (array.isNullAt(i)) {
                return true;
            }
        }
        return false;
    }

    private static Object number(Object value, DataType type) {
        return type instanceof DecimalType ? ((Decimal) value).toDouble() : value;
    }
}
