package dev.autodiff.nn.train;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.io.Safetensors;
import dev.autodiff.nn.optimizer.Adam;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the files of trainings without a model. */
class SessionStateTest {
    /** Two networks of the same code with an optimizer each, and noise. */
    private static final class Game {
        final Variable v = Variable.of("w", Shape.of(3), Initializers.randomNormal(0, 1));
        final Variable w = Variable.of("w", Shape.of(3), Initializers.ones());
        final Tensor cost = v.mul(w)
                .mul(Tensors.randomNormalLike(w))
                .sum()
                .add(v.square().sum())
                .add(w.square().sum().mul(0.5));
        final TrainOp first = new Adam(0.1).minimize(cost, v);
        final TrainOp second = new Adam(0.02).minimize(cost, w);
        final Session session = new Session(7);

        void play(int rounds) {
            for (int i = 0; i < rounds; i++) {
                session.run(first);
                session.run(first);
                session.run(second);
            }
        }
    }

    @Test
    void continuesToTheBit(@TempDir Path directory) {
        Path file = directory.resolve("game.safetensors");
        Game game = new Game();
        game.play(3);
        StateFile.save(game.session, file, game.first, game.second);
        Set<String> names = Safetensors.read(file).keySet();
        assertEquals(
                Set.of("w", "w#2", "w/m", "w/m#2", "w/v", "w/v#2", "Adam/step", "Adam/step#2", "/randomState"), names);
        game.play(2);
        Game again = new Game();
        StateFile.load(again.session, file, again.first, again.second);
        again.play(2);
        assertEquals(game.v.value(), again.v.value());
        assertEquals(game.w.value(), again.w.value());
    }

    @Test
    void aFileThatDoesNotFitIsRefused(@TempDir Path directory) {
        Path file = directory.resolve("game.safetensors");
        Game game = new Game();
        StateFile.save(game.session, file, game.first);
        refused(
                DataException.class,
                () -> StateFile.load(game.session, file, game.first, game.second),
                "game.safetensors: does not fit",
                "Adam/step#2: FLOAT32 [] in the model, and not in the file");
        Safetensors.write(file, Map.of("w", NDArray.of(1f)));
        refused(
                DataException.class,
                () -> StateFile.load(game.session, file, game.first),
                "is not the state of a training without a model");
    }
}
