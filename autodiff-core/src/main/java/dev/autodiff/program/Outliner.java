package dev.autodiff.program;

import dev.autodiff.program.ProgramOutline.Buffer;
import dev.autodiff.program.ProgramOutline.Leaf;
import dev.autodiff.program.ProgramOutline.Operation;
import dev.autodiff.program.ProgramOutline.Result;
import dev.autodiff.program.ProgramOutline.Source;
import dev.autodiff.program.ProgramOutline.Work;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Makes the outline of a program. */
final class Outliner {
    private final Program program;
    private final Map<Value, Source> sources = new HashMap<>();

    Outliner(Program program) {
        this.program = program;
    }

    ProgramOutline outline() {
        List<Leaf> leaves = new ArrayList<>();
        for (Value value : program.live) {
            if (value.isLeaf()) {
                sources.put(value, new Source(true, leaves.size()));
                leaves.add(new Leaf(kind(value), value.origin, value.dtype(), value.shape()));
            }
        }
        List<Work> works = new ArrayList<>();
        for (int i = 0; i < program.instructions.length; i++) {
            works.add(work(program.instructions[i], program.threads(i), works.size()));
        }
        List<Buffer> buffers = program.layout.memory().buffers.stream()
                .map(buffer -> new Buffer(buffer.dtype, buffer.length))
                .toList();
        List<Operation> copies = new ArrayList<>();
        for (Program.Copy copy : program.copies) {
            Value value = copy.value();
            copies.add(new Operation("copy", value.origin, value.dtype(), 0, value.size()));
        }
        return new ProgramOutline(leaves, works, copies, buffers);
    }

    private Work work(Instruction instruction, int threads, int index) {
        List<Source> reads = instruction.step().inputs().stream()
                .map(input -> sources.get(input.root))
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        List<Operation> operations =
                instruction.step().members().stream().map(Effort::operation).toList();
        List<Result> results = new ArrayList<>();
        for (Value output : instruction.outputs()) {
            sources.put(output, new Source(false, index));
            MemoryPlan.Buffer buffer = program.layout.memory().home(output);
            results.add(new Result(output.dtype(), output.shape(), buffer == null ? -1 : buffer.id));
        }
        return new Work(
                instruction.describe(),
                operations,
                reads,
                results,
                threads,
                Effort.bytesRead(instruction.step()),
                Effort.bytesWritten(instruction.step()));
    }

    private static String kind(Value value) {
        return value.kind instanceof Kind.Input
                ? "input"
                : value.kind instanceof Kind.StateRead
                        ? "state"
                        : value.kind instanceof Kind.RandomKey ? "random key" : "constant";
    }
}
