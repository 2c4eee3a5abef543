package dev.autodiff.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Wrong input: the message is one line, the exit code is 2, and no file is left behind. */
class BadInputTest {
    /** The commands that train a model and write files. */
    private static final List<String> COMMANDS =
            List.of("linear", "logistic", "mlp", "keras", "digits", "iris", "autoencoder", "text", "cnn", "rnn", "gpt");

    @TempDir
    Path directory;

    static List<Arguments> usage() {
        return List.of(
                Arguments.of("", "A command is missing"),
                Arguments.of("mpl", "There is no example mpl. Did you mean mlp?"),
                Arguments.of("mlp --hiden 3", "There is no option --hiden. Did you mean --hidden?"),
                Arguments.of("linear d2l", "There is no example d2l"),
                Arguments.of("mlp --hidden", "--hidden"),
                Arguments.of("mlp --learning-rate -0.1", "--learning-rate is a number above 0, not -0.1"),
                Arguments.of("mlp --learning-rate 0", "above 0, not 0"),
                Arguments.of("mlp --learning-rate NaN", "above 0, not NaN"),
                Arguments.of("mlp --learning-rate fast", "fast"),
                Arguments.of("mlp --keep-prob 0", "above 0 and up to 1, not 0.0"),
                Arguments.of("mlp --keep-prob 1.5", "not 1.5"),
                Arguments.of("mlp --final-rate 0", "--final-rate"),
                Arguments.of("mlp --batch 0", "--batch is 1 or more, not 0"),
                Arguments.of("mlp --epochs -3", "--epochs is 1 or more, not -3"),
                Arguments.of("mlp --epochs ten", "ten"),
                Arguments.of("mlp --l2 -1", "--l2 is 0 or more, not -1"),
                Arguments.of("mlp --hidden 128,", "--hidden is the number of neurons"),
                Arguments.of("mlp --hidden 0", "--hidden"),
                Arguments.of("mlp --activation rellu", "There is no activation \"rellu\". Did you mean \"relu\"?"),
                Arguments.of("mlp --activation tahn", "Did you mean \"tanh\"?"),
                Arguments.of("mlp --optimizer adma", "Did you mean \"adam\"?"),
                Arguments.of("mlp --optimizer quux", "sgd, momentum, nesterov, adagrad, rmsprop, adam and adamw"),
                Arguments.of("mlp --toy spirals", "Did you mean \"spiral\"?"),
                Arguments.of("mlp --toy xor --compare", "choose one"),
                Arguments.of("mlp --toy xor --profile", "cannot be combined with --compare or --toy"),
                Arguments.of("mlp --seed one", "one"),
                Arguments.of("mlp --toy xor --learning-rate 1000", "--toy cannot be combined with --learning-rate"),
                Arguments.of("mlp --toy xor --hidden 1 --batch 3", "with --hidden and --batch, which would do nothing"),
                Arguments.of("mlp --toy xor --epochs 3", "--toy cannot be combined with --epochs"),
                Arguments.of("mlp --compare --optimizer sgd", "--compare cannot be combined with --optimizer"),
                Arguments.of("mlp --profile --epochs 3", "--profile cannot be combined with --epochs"),
                Arguments.of(
                        "logistic --case breast-cancer --batch 3", "breast-cancer cannot be combined with --batch"),
                Arguments.of("rnn --wave --epochs 3", "--wave cannot be combined with --epochs"),
                Arguments.of("digits --load x --epochs 3", "--load cannot be combined with --epochs"),
                Arguments.of("onnx run a b --to c --out d", "--to cannot be combined with --out"),
                Arguments.of("lesson 1 --all", "Lesson 1 or --all; choose one"),
                Arguments.of("lesson 1 --list", "Lesson 1 or --list; choose one"),
                Arguments.of("lesson --list --docs x", "--list cannot be combined with --out"),
                Arguments.of("exercise 1 --list", "Exercise 1 or --list; choose one"),
                Arguments.of("exercise --hint", "number of the exercise is missing: ./autodiff exercise N --hint"),
                Arguments.of(
                        "exercise --check out/NeuronGradient.java",
                        "number of the exercise is missing: ./autodiff exercise 4 --check out/NeuronGradient.java"),
                Arguments.of("exercise --check x.java", "./autodiff exercise N --check x.java"),
                Arguments.of("exercise 1 --hint --check x.java", "--hint cannot be combined with --check"),
                Arguments.of("linear --case diabets", "Did you mean \"diabetes\"?"),
                Arguments.of("keras --epochs 0", "--epochs is 1 or more"),
                Arguments.of("digits --epochs 0", "--epochs is 1 or more"),
                Arguments.of("digits --load /no/such.safetensors", "/no/such.safetensors: does not exist"),
                Arguments.of("digits --load data/iris.csv", "iris.csv"),
                Arguments.of("iris --folds 1", "--folds is from 2 to 50"),
                Arguments.of("iris --epochs -1", "--epochs is 1 or more"),
                Arguments.of("autoencoder --code 0", "--code is 1 or more, not 0"),
                Arguments.of("autoencoder --epochs 0", "--epochs is 1 or more"),
                Arguments.of("text --epochs 0", "--epochs is 1 or more"),
                Arguments.of("text --sentence xyzzy", "No word of \"xyzzy\" is in the sentences of the training"),
                Arguments.of("cnn --epochs 0", "--epochs is 1 or more"),
                Arguments.of("logistic --batch -1", "--batch is 1 or more"),
                Arguments.of("logistic --case mnist --learning-rate 0", "--learning-rate"),
                Arguments.of("lesson 20", "There are lessons 1 to 19, not 20"),
                Arguments.of("lesson one", "one"),
                Arguments.of("exercise 0", "There are exercises 1 to 28, not 0"),
                Arguments.of("exercise 1 --check /no/such.java", "/no/such.java does not exist"),
                Arguments.of("linear --data /no/such/folder", "/no/such/folder does not exist"));
    }

    @ParameterizedTest
    @MethodSource("usage")
    void usage(String line, String expected) {
        refused(expected, line.isEmpty() ? new String[0] : line.split(" "));
    }

    @Test
    void aFolderForFiguresThatIsAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        Run run = Run.of("linear", "--case", "d2l", "--out", file.toString());
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("cannot be written: a file of this name is in the way"), run::err);
    }

    static List<Arguments> damage() {
        return List.of(
                Arguments.of("d2l", "d2l_linear.csv", "\n1.73360025,", "\nlots,", "line 3, column 1 (\"x1\")"),
                Arguments.of("d2l", "d2l_linear.csv", "\n1.73360025,", "\nNaN,", "line 3, column 1 (\"x1\")"),
                Arguments.of("d2l", "d2l_linear.csv", "\n1.73360025,", "\n", "line 3"),
                Arguments.of("d2l", "d2l_linear.csv", "x1,x2,y", "x1,x3,y", "there is no column \"x2\""),
                Arguments.of("line", "line_3657.csv", "\n1,", "\n1,2,", "line 3"),
                Arguments.of("make-regression", "make_regression_42.csv", ",0\n", ",0.5\n", "line 2, column 3"),
                Arguments.of(
                        "make-regression", "make_regression_42.csv", ",0\n", ",2\n", "class 2 is not one of the 2"),
                Arguments.of("houses", "houses_talk.csv", "1250", "1e99", "line 2, column 1"),
                Arguments.of("diabetes", "diabetes.csv", "target", "traget", "did you mean \"traget\"?"),
                Arguments.of("madewithml", "madewithml_line.csv", "\n1,", "\n1;", "line 3"));
    }

    @ParameterizedTest
    @MethodSource("damage")
    void damagedFiles(String example, String name, String healthy, String damaged, String expected) throws IOException {
        copyData(name, text -> text.replaceFirst(java.util.regex.Pattern.quote(healthy), damaged));
        Run run = refused(expected, "linear", "--case", example, "--data", directory.toString());
        assertTrue(run.err().contains(name), run::err);
    }

    @Test
    void whatWasDoneBeforeADamagedFileIsNotWritten() throws IOException {
        copyData("d2l_linear.csv", text -> text);
        refused("line_3657.csv", "linear", "--data", directory.toString());
    }

    @Test
    void missingFilesAreNamed() {
        refused("d2l_linear.csv", "linear", "--case", "d2l", "--data", directory.toString());
        refused("train-images-idx3-ubyte", "mlp", "--data", directory.toString());
    }

    @Test
    void aClassThatIsNone() throws IOException {
        copyData("breast_cancer.csv", text -> text.replaceFirst(",0\n", ",7\n"));
        refused("line 2, column 31 (\"target\"): class 7 is not one of the 2", cancer());
    }

    private String[] cancer() {
        return new String[] {"logistic", "--case", "breast-cancer", "--data", directory.toString()};
    }

    @Test
    void imagesThatAreCutOff() throws IOException {
        Path mnist = mnist(3, 28 * 28 * 2);
        refused("offset", "mlp", "--data", directory.toString());
        assertTrue(Files.exists(mnist));
    }

    @Test
    void imagesThatClaimToBeHuge() throws IOException {
        mnist(0x7fffffff, 28 * 28);
        Run run = refused("train-images-idx3-ubyte", "mlp", "--data", directory.toString());
        assertFalse(run.err().contains("OutOfMemory"), run::err);
    }

    @Test
    void aLabelThatIsNoDigit() throws IOException {
        mnist(3, 28 * 28 * 3);
        Files.write(directory.resolve("mnist/train-labels-idx1-ubyte"), new byte[] {0, 0, 8, 1, 0, 0, 0, 3, 4, 12, 1});
        refused("label 12 is not one of the 10 classes", "logistic", "--case", "mnist", "--data", directory.toString());
    }

    @Test
    void aLearningRateThatMakesTheCostExplode() throws IOException {
        mnist(3, 28 * 28 * 3);
        refused("is too large", "mlp", "--optimizer", "sgd", "--learning-rate", "1e30", "--data", directory.toString());
    }

    /** Writes MNIST files whose training images claim to be {@code count} and have {@code bytes} bytes. */
    private Path mnist(int count, int bytes) throws IOException {
        Path folder = Files.createDirectories(directory.resolve("mnist"));
        byte[] labels = {0, 0, 8, 1, 0, 0, 0, 3, 4, 2, 1};
        Files.write(folder.resolve("train-labels-idx1-ubyte"), labels);
        Files.write(folder.resolve("t10k-labels-idx1-ubyte"), labels);
        Files.write(folder.resolve("train-images-idx3-ubyte"), images(count, bytes));
        Files.write(folder.resolve("t10k-images-idx3-ubyte"), images(3, 28 * 28 * 3));
        return folder;
    }

    private static byte[] images(int count, int bytes) {
        byte[] file = new byte[16 + bytes];
        Arrays.fill(file, (byte) 77);
        byte[] header = {
            0,
            0,
            8,
            3,
            (byte) (count >> 24),
            (byte) (count >> 16),
            (byte) (count >> 8),
            (byte) count,
            0,
            0,
            0,
            28,
            0,
            0,
            0,
            28
        };
        System.arraycopy(header, 0, file, 0, header.length);
        return file;
    }

    private void copyData(String name, UnaryOperator<String> change) throws IOException {
        String text = Files.readString(Run.data().resolve(name), StandardCharsets.UTF_8);
        Files.writeString(directory.resolve(name), change.apply(text));
    }

    private Run refused(String expected, String... args) {
        Path out = directory.resolve("out");
        String[] all = args;
        if (args.length > 0 && COMMANDS.contains(args[0])) {
            all = Arrays.copyOf(args, args.length + 2);
            all[args.length] = "--out";
            all[args.length + 1] = out.toString();
        }
        Run run = Run.of(all);
        assertEquals(2, run.exitCode(), run::err);
        assertTrue(run.err().contains(expected), run::err);
        assertEquals(1, run.err().lines().count(), run::err);
        assertFalse(run.err().contains("Exception"), run::err);
        assertFalse(Files.exists(out), "something was written");
        return run;
    }

    @Test
    void helpIsThereForEveryCommand() {
        List<String> others = List.of("", "lesson", "exercise", "shell", "playground");
        for (String command : Stream.concat(COMMANDS.stream(), others.stream()).toList()) {
            Run run = Run.of(
                    Stream.of(command, "--help").filter(word -> !word.isEmpty()).toArray(String[]::new));
            assertEquals(0, run.exitCode());
            assertEquals("", run.err());
            assertTrue(run.out().contains("Usage: autodiff"), run::out);
        }
        assertTrue(Run.of("mlp", "--help").out().contains("--keep-prob"));
        assertTrue(Run.of("--help").out().contains("logistic"));
    }
}
