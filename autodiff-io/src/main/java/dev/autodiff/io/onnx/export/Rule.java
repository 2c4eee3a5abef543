package dev.autodiff.io.onnx.export;

/** The way to write the operations of one type. */
interface Rule {
    /**
     * Writes nodes that compute a tensor.
     *
     * @param e the tensor, and what is needed to write it
     * @return the name of the result
     * @throws CannotWrite if ONNX has no way to say it
     */
    String write(Emission e);

    /** Returns the rule for an operation that ONNX has with the same operands and no attributes. */
    static Rule same(String opType) {
        return e -> e.op(opType, e.inputs());
    }
}
