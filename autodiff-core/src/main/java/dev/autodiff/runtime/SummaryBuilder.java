package dev.autodiff.runtime;

import dev.autodiff.ir.Value;
import dev.autodiff.runtime.ProgramSummary.Result;
import dev.autodiff.runtime.ProgramSummary.Source;
import dev.autodiff.runtime.ProgramSummary.Work;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The making of a program's summary. */
final class SummaryBuilder {
    private final Program program;
    private final Map<Value, Source> sources = new HashMap<>();

    SummaryBuilder(Program program) {
        this.program = program;
    }

    ProgramSummary build() {
        List<ProgramSummary.Leaf> leaves = new ArrayList<>();
        for (Value value : program.live) {
            if (value.isLeaf()) {
                sources.put(value, new Source(true, leaves.size()));
                String kind = value.primitive().name();
                leaves.add(new ProgramSummary.Leaf(kind, value.origin(), value.dtype(), value.shape()));
            }
        }
        List<Work> works = new ArrayList<>();
        for (int i = 0; i < program.instructions.length; i++) {
            works.add(work(program.instructions[i], program.threads(i), works.size()));
        }
        List<ProgramSummary.Buffer> buffers = program.layout.buffers().stream()
                .map(buffer -> new ProgramSummary.Buffer(buffer.dtype(), buffer.length()))
                .toList();
        List<ProgramSummary.Operation> copies = new ArrayList<>();
        for (Program.Copy copy : program.copies) {
            Value value = copy.value();
            copies.add(new ProgramSummary.Operation("copy", value.origin(), value.dtype(), 0, value.size()));
        }
        return new ProgramSummary(leaves, works, copies, buffers);
    }

    private Work work(Instruction instruction, int threads, int index) {
        FusedGroup group = instruction.group();
        List<Source> reads = group.inputs().stream()
                .map(input -> sources.get(input.root()))
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        List<ProgramSummary.Operation> operations =
                group.members().stream().map(SummaryBuilder::operation).toList();
        List<Result> results = new ArrayList<>();
        for (Value output : instruction.outputs()) {
            sources.put(output, new Source(false, index));
            Buffer buffer = program.layout.home(output);
            results.add(new Result(output.dtype(), output.shape(), buffer == null ? -1 : buffer.id()));
        }
        return new Work(
                instruction.describe(), operations, reads, results, threads, group.bytesRead(), group.bytesWritten());
    }

    private static ProgramSummary.Operation operation(Value value) {
        var operation = (dev.autodiff.ir.Operation) value.primitive();
        long flop = value.dtype().isFloating() ? operation.flop(value) : 0;
        return new ProgramSummary.Operation(
                operation.name(), value.origin(), value.dtype(), flop, operation.cost(value));
    }
}
