package dev.autodiff.runtime;

import dev.autodiff.parallel.ThreadTeam;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The work between two points at which all threads wait for each other: on one thread, or shared. */
public interface Stage {
    /** Runs it. */
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
     * @param work the elementary operations, of all parts together
     */
    record Share(ThreadTeam.Task task, int parts, long work) {
        private static final Comparator<Share> LARGEST_PARTS_FIRST =
                (a, b) -> Long.compare(b.work / b.parts, a.work / a.parts);
    }

    /** Shares of work that do not depend on each other. A free thread takes the next part, the largest parts first. */
    final class SideBySide implements Stage, ThreadTeam.Task {
        /** For each part: of what, which, and of how many. */
        private final ThreadTeam.Task[] tasks;

        private final int[] part;
        private final int[] parts;
        private final List<Share> shares;

        /** Creates a stage of the given shares. */
        public SideBySide(List<Share> shares) {
            this.shares = List.copyOf(shares);
            List<Share> sorted = new ArrayList<>(shares);
            sorted.sort(Share.LARGEST_PARTS_FIRST);
            int count = 0;
            for (Share share : sorted) {
                count += share.parts;
            }
            tasks = new ThreadTeam.Task[count];
            part = new int[count];
            parts = new int[count];
            int at = 0;
            for (Share share : sorted) {
                for (int i = 0; i < share.parts; i++) {
                    tasks[at] = share.task;
                    part[at] = i;
                    parts[at++] = share.parts;
                }
            }
        }

        /** Returns the shares of work, which do not depend on each other. */
        public List<Share> shares() {
            return shares;
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
