package dev.autodiff.program;

import dev.autodiff.parallel.ThreadTeam;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What runs before all threads wait for each other: instructions on one thread, or pieces of work that threads share. */
interface Stage {
    void run(Workspace workspace, ThreadTeam team);

    /** Instructions one after another. */
    record InOrder(Instruction[] instructions) implements Stage {
        @Override
        public void run(Workspace workspace, ThreadTeam team) {
            for (Instruction instruction : instructions) {
                instruction.runAll(workspace, team, 1);
            }
        }
    }

    /**
     * Work that can be done in parts.
     *
     * @param work elementary operations, of all parts together
     */
    record Piece(ThreadTeam.Task task, int parts, long work) {
        private static final Comparator<Piece> LARGEST_PARTS_FIRST =
                (a, b) -> Long.compare(b.work / b.parts, a.work / a.parts);
    }

    /** Pieces that do not depend on each other; whoever is free takes the next part, the largest parts first. */
    final class SideBySide implements Stage, ThreadTeam.Task {
        /** For each part: of what, which, and of how many. */
        private final ThreadTeam.Task[] tasks;

        private final int[] part;
        private final int[] parts;

        SideBySide(List<Piece> pieces) {
            List<Piece> sorted = new ArrayList<>(pieces);
            sorted.sort(Piece.LARGEST_PARTS_FIRST);
            int count = 0;
            for (Piece piece : sorted) {
                count += piece.parts;
            }
            tasks = new ThreadTeam.Task[count];
            part = new int[count];
            parts = new int[count];
            int at = 0;
            for (Piece piece : sorted) {
                for (int i = 0; i < piece.parts; i++) {
                    tasks[at] = piece.task;
                    part[at] = i;
                    parts[at++] = piece.parts;
                }
            }
        }

        @Override
        public void run(Workspace workspace, ThreadTeam team) {
            team.run(this, workspace, tasks.length);
        }

        @Override
        public void run(Object context, int index, int count) {
            tasks[index].run(context, part[index], parts[index]);
        }
    }

    /** Tasks that are too small to be taken one by one. */
    record Batch(ThreadTeam.Task[] tasks) implements ThreadTeam.Task {
        @Override
        public void run(Object context, int part, int parts) {
            for (ThreadTeam.Task task : tasks) {
                task.run(context, 0, 1);
            }
        }
    }
}
