package dev.autodiff.it.browser;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.CrossEntropy;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Exercises are done on the pages of lessons, without a JDK. */
@Tag("slow")
class ExercisePageIT extends PageTest {
    private static final Path DOCS = Path.of("..", "docs");

    /** Those that ask for an object or a walk over a graph. */
    private static final Set<String> FOR_JAVA_ALONE = Set.of("EngineNodes", "EngineOrder", "EngineBackward");

    private static void openExercises() throws IOException {
        browser().open(DOCS.resolve("exercises.html"));
        browser().settle();
    }

    @Test
    void allButThreeAreOnThePage() throws IOException {
        openExercises();
        Object all = browser().run("return [...document.querySelectorAll('.exercise')].map(e => e.dataset.exercise)");
        Set<Object> expected = Json.array(all).stream()
                .filter(file -> !FOR_JAVA_ALONE.contains(file))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(FOR_JAVA_ALONE.size(), Json.array(all).size() - expected.size());
        assertEquals(expected, new TreeSet<>(Json.array(browser().run("return Object.keys(questions)"))));
        assertEquals(
                expected.size(),
                count("return document.querySelectorAll('.exercise form input').length >= 25 && "
                        + "document.querySelectorAll('.exercise form').length"));
        assertTrue(browser().text("[data-exercise=EngineNodes]").contains("for Java alone"));
    }

    @Test
    void whatIsRightIsAcceptedAndEveryMistakeIsNamed() throws IOException {
        openExercises();
        assertEquals(List.of(), browser().run("""
            const wrong = [];
            for (const [name, question] of Object.entries(questions)) {
              const right = question.parts.map(([, formula]) => formula), told = exercise.mistake(question, right);
              if (told) wrong.push(name + ": " + told);
              for (const [advice, ...formulas] of question.slips) {
                const answer = exercise.mistake(question, right.map((formula, i) => formulas[i] || formula));
                if (answer !== advice) wrong.push(name + ": " + formulas + " gets “" + answer + "”");
              }
              const minus = exercise.mistake(question, right.map(formula => "-(" + formula + ")"));
              if (!minus && !right.includes("0")) wrong.push(name + ": minus");
            }
            return wrong\
            """));
    }

    @Test
    void aLessonEndsWithItsExercises() throws IOException {
        browser().open(DOCS.resolve("02-chain-rule.html"));
        browser().settle();
        assertEquals(2.0, count("return document.querySelectorAll('.exercise form').length"));
        String form = "[data-exercise=LocalTimesUpstream] ";
        answer(form, "2*s", "b", "a", "1");
        assertTrue(browser().text(form + ".verdict").contains("upstream gradient is forgotten"));
        browser().run("document.querySelector('" + form + "details').open = true");
        browser().screenshot(PAGES.resolve("exercise-wrong.png"));
        answer(form, "", "b", "a", "1");
        assertEquals("Something is missing: by s.", browser().text(form + ".verdict"));
        answer(form, "2*s", "2*s*b", "2 s a", "2*s");
        assertTrue(
                browser().text(form + ".verdict").startsWith("by b: "),
                browser().text(form + ".verdict"));
        answer(form, "2*s", "2*s*b", "2*s*z", "2*s");
        assertEquals(
                "by b: “z” is not given here. You may use a, b, c, s.",
                browser().text(form + ".verdict"));
        answer(form, "ds = 2*s", "2*s*b", "2*s*a", "2(s)");
        assertTrue(
                browser().text(form + ".verdict").startsWith("by c: "),
                browser().text(form + ".verdict"));
        answer(form, "2*s", "2*s*b", "2*s*a", "2*s");
        assertTrue(
                browser().text(form + ".verdict").startsWith("Right. "),
                browser().text(form + ".verdict"));
        browser().screenshot(PAGES.resolve("exercise-right.png"));
        for (String hostile : new String[] {"(".repeat(5000), "<img src=x onerror=window.broken=1>", "2^9999999*s"}) {
            answer(form, hostile, "2*s*b", "2*s*a", "2*s");
            assertTrue(browser().text(form + ".verdict").length() > 5);
        }
        assertEquals(true, browser().run("return window.broken === undefined && !document.querySelector('form img')"));
    }

    /** A formula that breaks off is no answer, and a dot between matrices, as lessons write it, is told of. */
    @Test
    void unfinishedFormulasAreNoAnswers() throws IOException {
        openExercises();
        assertEquals(List.of(), browser().run("""
            const wrong = [], end = say("text.missingEnd");
            for (const [name, question] of Object.entries(questions)) {
              const right = question.parts.map(([, formula]) => formula);
              for (const sign of ["+", " -", "*", "/ ", "^", "@", " ·", "**"]) {
                question.parts.forEach(([part], i) => {
                  const broken = right.map((formula, k) => k === i ? formula + sign : formula);
                  const answer = exercise.mistake(question, broken);
                  if (answer !== part + ": " + end) wrong.push(name + ": " + broken[i] + " gets “" + answer + "”");
                });
              }
            }
            return wrong\
            """));
        assertEquals("Right", told("MatmulGradient", "dy @ bᵀ", "db = aᵀ @ dy"));
        Object dot = told("MatmulGradient", "dy·bᵀ", "aᵀ·dy");
        assertEquals(
                "da: The shapes [2, 4], [4, 3] do not fit together element by element; the product of matrices is"
                        + " written @",
                dot);
        assertEquals("Right", told("AttentionByHand", "q @ kᵀ / √d", "s = q @ kᵀ / √d; softmax(s) @ v"));
        assertEquals("Right", told("SoftmaxCrossEntropyGradient", "p = softmax(z); p - y"));
        assertEquals("Right", told("LocalTimesUpstream", "2·s", "by a = 2·s·b # upstream", "2 * s * a;", "d = s + s"));
        assertEquals(
                "by s: A sign is missing between “2” and “s”; to multiply, write *",
                told("LocalTimesUpstream", "2s", "2*s*b", "2*s*a", "2*s"));
    }

    /** Returns what is said of an answer. */
    private static @Nullable Object told(String exercise, String... formulas) {
        return browser()
                .run("return exercise.mistake(questions." + exercise + ", ["
                        + Arrays.stream(formulas).map(Json::quote).collect(Collectors.joining(", ")) + "]) || 'Right'");
    }

    private static void answer(String form, String... formulas) {
        for (int i = 0; i < formulas.length; i++) {
            browser()
                    .run("document.querySelectorAll('" + form + "input')[" + i + "].value = "
                            + Json.quote(formulas[i]));
        }
        browser().click(form + "button");
    }

    // ---- what the pages call right is what the framework computes ----

    /** The names of an exercise, with numbers. */
    private record Place(Map<String, Tensor> names) {
        Tensor get(String name) {
            return Objects.requireNonNull(names.get(name), name);
        }
    }

    private static final Map<String, Function<Place, List<Tensor>>> FRAMEWORK = Map.of(
            "LocalTimesUpstream",
            in -> {
                Tensor s = in.get("a").mul(in.get("b")).add(in.get("c"));
                return gradients(s.square(), null, s, in.get("a"), in.get("b"), in.get("c"));
            },
            "NeuronGradient",
            in -> {
                Tensor p = in.get("w").mul(in.get("x")).sum().add(in.get("b"));
                return gradients(p.sub(in.get("target")).square(), null, in.get("w"), in.get("b"));
            },
            "MatmulGradient",
            in -> gradients(in.get("a").matmul(in.get("b")), in.get("dy"), in.get("a"), in.get("b")),
            "BiasGradient",
            in -> gradients(in.get("xw").add(in.get("b")), in.get("dy"), in.get("b")),
            "MeanSquaredErrorGradient",
            in -> gradients(in.get("p").sub(in.get("y")).square().mean(), null, in.get("p")),
            "ReluGradient",
            in -> gradients(in.get("x").relu(), in.get("dy"), in.get("x")),
            "TanhGradient",
            in -> gradients(in.get("x").tanh(), in.get("dy"), in.get("x")),
            "SoftmaxCrossEntropyGradient",
            in -> gradients(CrossEntropy.softmax(in.get("z"), in.get("y")), null, in.get("z")));

    private static List<Tensor> gradients(Tensor y, @Nullable Tensor dy, Tensor... by) {
        Gradients g = dy == null ? Gradients.of(y, List.of(by)) : Gradients.of(y, List.of(by), dy);
        return List.of(by).stream().map(g::of).toList();
    }

    @Test
    void theSolutionsAreTheFrameworks() throws IOException {
        openExercises();
        for (String exercise : new TreeSet<>(FRAMEWORK.keySet())) {
            List<@Nullable Object> places = Json.array(browser()
                    .run("const q = questions." + exercise + "; return "
                            + "exercise.places(q).map(p => "
                            + "[Object.entries(p).map(([name, a]) => [name, a.shape, [...a.data]]),"
                            + " q.parts.map(([, right]) => [...exercise.compute(right, p).data])])"));
            for (@Nullable Object place : places) {
                List<@Nullable Object> both = Json.array(place);
                Map<String, Tensor> names = new HashMap<>();
                for (@Nullable Object given : Json.array(both.get(0))) {
                    List<@Nullable Object> name = Json.array(given);
                    int[] shape = Arrays.stream(numbers(name.get(1)))
                            .mapToInt(d -> (int) d)
                            .toArray();
                    names.put(
                            (String) Objects.requireNonNull(name.get(0)),
                            Tensors.constant(NDArray.of(numbers(name.get(2)))).reshape(shape));
                }
                List<Tensor> expected =
                        Objects.requireNonNull(FRAMEWORK.get(exercise)).apply(new Place(names));
                List<@Nullable Object> right = Json.array(both.get(1));
                for (int i = 0; i < expected.size(); i++) {
                    assertArrayEquals(
                            expected.get(i).eval().toDoubles(), numbers(right.get(i)), 1e-9, exercise + " " + i);
                }
            }
        }
    }

    private static double[] numbers(@Nullable Object list) {
        return Json.array(list).stream()
                .mapToDouble(v -> ((Number) Objects.requireNonNull(v)).doubleValue())
                .toArray();
    }
}
