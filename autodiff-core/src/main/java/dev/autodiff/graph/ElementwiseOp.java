package dev.autodiff.graph;

import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import java.util.List;

/** An operation on one element at a time, with broadcasting; the families keep theirs as a table of these. */
final class ElementwiseOp extends Op {
    /** The contribution to one operand. */
    interface Unary {
        Tensor apply(Tensor y, Tensor x, Tensor dy);
    }

    /** The contribution to one of two operands. */
    interface Binary {
        Tensor apply(Tensor y, Tensor a, Tensor b, Tensor dy);
    }

    private interface Rule {
        Tensor apply(Tensor y, List<Tensor> in, Tensor dy);
    }

    /** The step from operands to the result in a program. */
    interface Lowering {
        Value apply(ProgramBuilder ir, List<Value> in);
    }

    private final String formula;
    private final List<String> ruleTexts;
    private final List<Rule> rules;
    private final boolean floatingOnly;
    private final Lowering lowering;

    private ElementwiseOp(
            OpType type,
            String formula,
            List<String> ruleTexts,
            List<Rule> rules,
            boolean floatingOnly,
            Lowering lowering) {
        super(type);
        this.formula = formula;
        this.ruleTexts = ruleTexts;
        this.rules = rules;
        this.floatingOnly = floatingOnly;
        this.lowering = lowering;
    }

    private static Lowering map(Elementwise op) {
        return (ir, in) -> ir.map(op, in.toArray(new Value[0]));
    }

    /** Returns the type of an operation on one operand of any type. */
    static OpType unary(String name, String formula, Elementwise op, String rule, Unary gradient) {
        return unary(name, formula, map(op), rule, gradient);
    }

    /** Returns the type of an operation on one operand that is not computed by a single kernel operation. */
    static OpType unary(String name, String formula, Lowering lowering, String rule, Unary gradient) {
        Rule only = (y, in, dy) -> gradient.apply(y, in.get(0), dy);
        return row(name, formula, List.of(rule), List.of(only), false, lowering);
    }

    /** Returns the type of an operation on one floating-point operand. */
    static OpType function(String name, String formula, Elementwise op, String rule, Unary gradient) {
        return function(name, formula, map(op), rule, gradient);
    }

    /**
     * Returns the type of an operation on one floating-point operand that is not computed by a single kernel operation.
     */
    static OpType function(String name, String formula, Lowering lowering, String rule, Unary gradient) {
        Rule only = (y, in, dy) -> gradient.apply(y, in.get(0), dy);
        return row(name, formula, List.of(rule), List.of(only), true, lowering);
    }

    /** Begins an operation on two operands of one type; their rules follow: {@code binary(...).a(...).b(...)}. */
    static WithoutRules binary(String name, String formula, Elementwise op) {
        return binary(name, formula, map(op), false);
    }

    /** Begins such an operation that is not computed by a single kernel operation, perhaps of floating types only. */
    static WithoutRules binary(String name, String formula, Lowering lowering, boolean floatingOnly) {
        return (ruleA, a) -> (ruleB, b) -> row(
                name,
                formula,
                List.of(ruleA, ruleB),
                List.of(
                        (y, in, dy) -> a.apply(y, in.get(0), in.get(1), dy),
                        (y, in, dy) -> b.apply(y, in.get(0), in.get(1), dy)),
                floatingOnly,
                lowering);
    }

    /** A row of a table that still needs the rule for its first operand. */
    interface WithoutRules {
        WithRuleA a(String rule, Binary gradient);
    }

    /** A row of a table that still needs the rule for its second operand. */
    interface WithRuleA {
        OpType b(String rule, Binary gradient);
    }

    /** Returns the type of an operation with a piecewise constant result, through which no gradient flows. */
    static OpType notDifferentiable(String name, String formula, Elementwise op) {
        return notDifferentiable(name, formula, map(op));
    }

    /** Returns the type of such an operation that is not computed by a single kernel operation. */
    static OpType notDifferentiable(String name, String formula, Lowering lowering) {
        return row(name, formula, List.of(), List.of(), false, lowering);
    }

    /** Returns the type of an operation that rounds a floating-point operand, through which no gradient flows. */
    static OpType rounding(String name, String formula, Elementwise op) {
        return row(name, formula, List.of(), List.of(), true, map(op));
    }

    private static OpType row(
            String name,
            String formula,
            List<String> ruleTexts,
            List<Rule> rules,
            boolean floatingOnly,
            Lowering lowering) {
        return new OpType(name, type -> new ElementwiseOp(type, formula, ruleTexts, rules, floatingOnly, lowering));
    }

    @Override
    public String formula() {
        return formula;
    }

    @Override
    public String rule(int input) {
        return rules.isEmpty() ? "none: constant between its steps" : ruleTexts.get(input);
    }

    @Override
    public boolean isElementwise() {
        return true;
    }

    @Override
    protected TensorType infer(List<Tensor> in) {
        if (floatingOnly) {
            Checks.floating(in.get(0));
        }
        return new TensorType(Checks.sameType(in), Checks.broadcast(in));
    }

    @Override
    public boolean isDifferentiable(int input) {
        return !rules.isEmpty();
    }

    @Override
    protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
        return rules.get(input).apply(y, in, dy);
    }

    @Override
    protected Value lower(ProgramBuilder ir, List<Value> in) {
        return lowering.apply(ir, in);
    }
}
