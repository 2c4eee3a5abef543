package dev.autodiff.spark;

import java.util.ArrayList;
import java.util.List;
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
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Rows in the form in which Spark has them in memory. A {@link Row} has an object for each element of an array: making
 * those, and taking them apart again, takes several times as long as a model of moderate size computes.
 */
final class InternalRows {
    private InternalRows() {}

    /** Returns the encoder that leaves rows as they are. */
    static Encoder<InternalRow> encoder(StructType schema) {
        @SuppressWarnings("unchecked") // of the type, Spark uses the schema alone
        AgnosticEncoder<InternalRow> type =
                (AgnosticEncoder<InternalRow>) (AgnosticEncoder<?>) RowEncoder$.MODULE$.encoderFor(schema);
        Expression row = new BoundReference(0, schema, false);
        return new ExpressionEncoder<>(
                type,
                struct(schema, place -> new GetStructField(row, place, Option.empty())),
                // Which columns have nulls is not known yet when Spark asks for the type of the row.
                struct(schema, place -> new KnownNullable(new GetColumnByOrdinal(place, type(schema, place)))));
    }

    private static Expression struct(StructType schema, IntFunction<Expression> field) {
        List<Expression> fields = new ArrayList<>();
        for (int i = 0; i < schema.length(); i++) {
            fields.add(Literal.create(schema.apply(i).name(), DataTypes.StringType));
            fields.add(field.apply(i));
        }
        return new CreateNamedStruct(CollectionConverters.asScala(fields).toSeq());
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
        boolean plain = !mayHaveNulls || !hasNull(array);
        if (plain && type.equals(DataTypes.FloatType)) {
            return array.toFloatArray();
        }
        if (plain && type.equals(DataTypes.DoubleType)) {
            return array.toDoubleArray();
        }
        Object[] numbers = new Object[array.numElements()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = array.isNullAt(i) ? null : number(array.get(i, type), type);
        }
        return numbers;
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
