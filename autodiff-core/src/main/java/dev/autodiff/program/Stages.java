package dev.autodiff.program;

import dev.autodiff.parallel.ThreadTeam;
import java.util.List;

/** All stages of a program, in order. */
final class Stages {
    private final Stage[] stages;
    private final int panels;

    /**
     * The stages.
     *
     * @param panels pieces of memory for packed operands that they need at once
     */
    Stages(List<Stage> stages, int panels) {
        this.stages = stages.toArray(new Stage[0]);
        this.panels = panels;
    }

    void run(Workspace workspace, ThreadTeam team) {
        for (Stage stage : stages) {
            stage.run(workspace, team);
        }
    }

    int panels() {
        return panels;
    }

    int count() {
        return stages.length;
    }

    Stage at(int index) {
        return stages[index];
    }
}
