package dev.autodiff.runtime;

import dev.autodiff.parallel.ThreadTeam;
import java.util.List;
import java.util.Map;

/**
 * The stages of a program, in order.
 *
 * @param list the stages
 * @param turns for each packing whose operand does not stay packed, the number of the memory that it takes turns in
 */
public record Stages(List<Stage> list, Map<Packing, Integer> turns) {
    void run(Workspace workspace, ThreadTeam team) {
        for (int i = 0; i < list.size(); i++) { // an iterator would be garbage
            list.get(i).run(workspace, team);
        }
    }
}
