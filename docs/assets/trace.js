"use strict";
// All that the page says, in one place, so that it can be translated. {0}, {1} are filled in. Formulas and rules are the
// same in all languages.
const messages = {
  "title.trace": "Trace of {0}",
  "title.expression": "Graph of {0}",

  "fold.node": "{0} node",
  "fold.nodes": "{0} nodes",
  "fold.parameters": "{0} parameters",
  "fold.scopes": "Scopes",
  "fold.more": "and {0} more",
  "fold.aria": "{0}, folded, {1}, {2} computed, {3} with gradient",
  "fold.expanded": "Scope {0}, expanded",
  "fold.inside": "This happens inside {0}, which is one box here.",
  "fold.open": "Open {0}",
  "fold.close": "Fold {0} into one box",
  "fold.in": "in",

  "heat.title": "blue below 0, orange above, white 0, black NaN or infinite; full colour at ±{0}",
  "heat.label": "Heat map of {0}, {1}",
  "heat.blocks": "Each cell stands for a block of {0} numbers and shows the one that is farthest from 0.",

  "eq.first": "first element: {0} = {1}",

  "lens.title": "Matrix lens: which numbers make which",
  "lens.matrix": "Matrix",
  "lens.row": "Row",
  "lens.column": "Column",
  "lens.terms": "({0} terms)",
  "lens.forward.batch": "Each row of {0} is one example of the batch, and has its own row in the result: examples do not meet.",
  "lens.backward.batch": "The sum runs over the batch axis, the {1} rows of {0}: every example contributes to every weight. This is why {0} stands transposed: its columns, one for each input, become rows.",
  "lens.backward.input": "Each row is one example of the batch. Its sum runs over the columns of {0}: all outputs that an input reaches contribute to {1}.",

  "slide.part": "{0} of {1}",

  "live.hint": "Drag or type a value: everything that depends on it follows.",
  "live.not": "These values cannot be changed here: {0}.",
  "live.changed": "Changed by you: {0}",
  "live.reset": "Back to the recorded numbers",
  "live.refused": "Not possible: {0}",
  "live.drag": "{0}, drag to change",
  "live.element": "{0}, element {1}",

  "word.upstream": "upstream",
  "word.local": "local derivative",
  "word.contribution": "contribution",
  "word.upstream.what": "The *upstream gradient* says how much {0} changes when {1} changes a little. It has arrived from the nodes that use {1}.",
  "word.local.what": "The *local derivative* says how much {1} changes when {0} changes a little. Only this one operation is needed to know it.",
  "word.chain": "The *chain rule*: how fast {0} changes with {1} is how fast {0} changes with {2} (upstream), times how fast {2} changes with {1} (local derivative). Backpropagation is this rule, applied at one node after the other.",
  "word.adjoint": "The derivative of the result by a node is called the node's gradient, or its *adjoint*. Of the result itself it is 1: if {0} grows by a little, {0} grows by just as much.",
  "word.new": "New words",

  "why.button": "Why, and does it hold?",
  "why.derive": "{0} = {1}. {2}",
  "why.nudge": "Nudge {0} by",
  "why.moves": "{0}: {1} → {2}",
  "why.measured": "measured: {0} changes by",
  "why.predicted": "predicted: gradient × nudge",
  "why.close": "Both agree to {0}: the gradient is the slope at this point.",
  "why.apart": "They differ, as {0} curves: make the nudge smaller.",
  "why.kink": "They differ: there is a kink here, or the values are too small to measure.",
  "why.meet": "{0} paths meet at {1}",
  "why.light": "Show the path through {0}",
  "why.add": "Why add? A small change of {0} reaches {1} on each of these paths at the same time. Each moves {1} by its own contribution, and small changes add up.",
  "why.summed": "{0} was repeated to fit the others. Each repetition contributes, so the contributions are added over the repeated axis.",
  "why.rule": "In arrays, the product of upstream and local derivative is written in one go: {0}.",

  "derive.add": "If {x} grows by 1, {y} grows by 1, whatever the other is.",
  "derive.sub.0": "If {x} grows by 1, {y} grows by 1.",
  "derive.sub.1": "If {x} grows by 1, {y} falls by 1.",
  "derive.mul": "If {x} grows by 1, there is one more {other}: {y} grows by {other}.",
  "derive.div.0": "If {x} grows by 1, {y} grows by one {other}th, 1 / {other}.",
  "derive.div.1": "With {x} in the denominator: (1 / {x})′ = -1 / {x}², times {other}, which is -{y} / {x}.",
  "derive.pow.0": "The power rule: (xᵖ)′ = p · xᵖ⁻¹.",
  "derive.pow.1": "aˣ is e^(x · log a); the chain rule gives it the factor log a.",
  "derive.square": "({x} + h)² = {x}² + 2 · {x} · h + h². For small h the last term vanishes: the slope is 2 · {x}.",
  "derive.neg": "If {x} grows by 1, {y} falls by 1.",
  "derive.abs": "The slope is 1 to the right of 0 and -1 to the left.",
  "derive.exp": "e^x is the function that is its own slope.",
  "derive.log": "The slope of the logarithm is 1 / x: steep near 0, flat far away.",
  "derive.sqrt": "{y}² = {x}, so 2 · {y} · (slope) = 1.",
  "derive.relu": "Where {x} is positive, it passes through with slope 1; elsewhere {y} stays 0.",
  "derive.sigmoid": "σ′ = σ · (1 - σ): steepest in the middle, flat at both ends.",
  "derive.tanh": "tanh′ = 1 - tanh²: 1 in the middle, flat at both ends.",
  "derive.softplus": "The slope of log(1 + e^x) is e^x / (1 + e^x), which is the sigmoid.",
  "derive.sin": "The slope of the sine is the cosine.",
  "derive.cos": "The slope of the cosine is minus the sine.",
  "derive.maximum": "Only the larger one decides, so all of the change comes from it.",
  "derive.minimum": "Only the smaller one decides, so all of the change comes from it.",
  "derive.where": "Only the chosen side decides.",
  "derive.sum": "Each element counts once: if one grows by 1, the sum grows by 1.",
  "derive.mean": "Each of n elements counts with the weight 1 / n.",
  "derive.max": "Only the largest element decides.",
  "derive.min": "Only the smallest element decides.",
  "derive.matmul.0": "Row i of the left matrix meets every column of the right one: each element of {x} is multiplied by a row of {other}, which is why {other} stands transposed.",
  "derive.matmul.1": "Each element of {x} is multiplied by a column of {other}; summing over the rows of {other} is the product with {other} transposed.",
  "derive.transpose": "Elements only change places, and their gradients go back to where they came from.",
  "derive.softmax": "All outputs share one sum: if one grows, the others must shrink. This is why the sum over all is subtracted.",
  "derive.softmaxCrossEntropy": "Softmax and logarithm undo most of each other: what is left is the probability minus the label.",
  "derive.sigmoidCrossEntropy": "Sigmoid and logarithm undo most of each other: what is left is the probability minus the label.",

  "box.examples": "Examples",
  "box.array": "numbers, or rows of numbers: [1, 2] or [[1, 2], [3, 4]]",
  "box.copied": "Copied",
  "box.forwardOnly": "A gradient is of one number, but {0} has shape [{1}]: put sum(…) or mean(…) around it.",
  "box.wrongArray": "This is not an array of numbers",
  "predict.forward": "What is {0} = {1}?",
  "predict.backward": "What is {0}? It comes back through {1} = {2}.",
  "predict.backward.more": "{0} has {1} so far. What is it with the contribution of {2}?",
  "predict.update": "What does {0} become?",
  "predict.element": "{0}, element [{1}]",
  "predict.placeholder": "a number, or 2 * -3",
  "predict.check": "Check",
  "predict.skip": "Show me",
  "predict.number": "Type a number, or arithmetic with numbers such as 2 * -3.",
  "predict.score": "{0} of {1} at the first try",
  "predict.right": "Right.",
  "predict.wrong": "Not yet. Multiply what arrives (upstream) by how fast this one operation changes (local derivative).",
  "predict.near": "Nearly: the idea may be right, the arithmetic is a little off. Three digits are enough.",
  "predict.sign": "The size is right, but the sign is not.",
  "predict.swapped": "The operands are the other way round.",
  "predict.added": "That is the sum; here the operands are multiplied.",
  "predict.multiplied": "That is the product; here the operands are added.",
  "predict.doubled": "That is the double. A square is the number times itself.",
  "predict.mean": "That is the mean; here it is the sum.",
  "predict.sum": "That is the sum; here it is the mean: divide by the number of elements.",
  "predict.transposed": "That stands at the mirrored place: a factor is transposed, or rows and columns are exchanged.",
  "predict.upstream": "That is the local derivative alone. Upstream is forgotten: multiply by the gradient that has arrived.",
  "predict.local": "That is the upstream gradient alone. Multiply it by the local derivative of this operation.",
  "predict.plus": "That is upstream plus local derivative. The chain rule multiplies them.",
  "predict.overwritten": "That is the new contribution alone: it has overwritten what was there. Paths that meet add up, += and not =.",
  "predict.notAdded": "That is what was there before. The new contribution has to be added.",
  "predict.factor": "A factor 2 is missing: the slope of a square is 2 · x.",
  "predict.notSummed": "That is one contribution. {0} was repeated, so the contributions of all repetitions are added.",
  "predict.uphill": "That goes uphill: the step is against the gradient, with a minus.",
  "predict.rate": "The learning rate is forgotten: the gradient is multiplied by it first.",
  "predict.change": "That is the change. It is subtracted from the old value.",
  "train.title": "Playground",
  "train.leave": "Expressions",
  "train.play": "Play",
  "train.pause": "Pause",
  "train.clock": "step {0}, epoch {1}",
  "train.layers": "{0} hidden layers",
  "train.fewer": "One layer less",
  "train.more": "One layer more",
  "train.narrow": "One neuron less in layer {0}",
  "train.wide": "One neuron more in layer {0}",
  "train.boundary": "Output of the network over the plane, training loss {0}. Click to add a point.",
  "train.curve": "Losses of {0} steps",
  "train.diverged": "The loss is no number any more: the learning rate is too large. Rewind and take a smaller one.",
  "train.click": "Click on the output to add points; with shift or the right button, of the other class.",
  "train.csv.hint": "Click on the output to set points of your own, or drop a CSV file: x, y, class.",
  "train.own.hint": "Your own points: click for one class, shift or right click for the other.",
  "train.csv.empty": "The file has no lines with numbers: {0}",
  "train.csv.classes": "The last column needs two classes, but it has {0}",
  "train.net.hint": "Each picture shows what a neuron gives over the plane. Lines are weights, dots biases: click one to set it by hand.",
  "train.data.moons": "Moons",
  "train.data.circles": "Circles",
  "train.data.xor": "XOR",
  "train.data.spiral": "Spiral",
  "train.data.gaussians": "Gaussians",
  "train.data.wave": "Curve",
  "train.operation": "{0} of {1}, {2}: {3} is {4}",
  "train.phase.forward": "forward",
  "train.phase.backward": "backward",
  "train.phase.update": "update",
  "train.activation": "Activation of layer {0}",
  "train.other": "training {0}, test {1}",
  "train.this": "{0} {1}",
  "train.alone": "nothing",
  "knob.optimizer": "optimizer", "knob.rate": "rate", "knob.batch": "batch", "knob.activation": "activation", "knob.initialization": "start",
  "knob.l2": "L2", "knob.l1": "L1", "knob.dropout": "dropout",
  "surface.cost.valley": "Narrow valley", "surface.cost.bowl": "Bowl", "surface.cost.rosenbrock": "Rosenbrock", "surface.cost.saddle": "Saddle",
  "surface.cost.wavy": "Many minima", "surface.cost.neuron": "One neuron",
  "surface.told": "{0}: from {1} to {2} in {3} steps, at a = {4}, b = {5}.",
  "surface.diverges": "It diverges: take a smaller rate.",
  "surface.label": "Cost {0} over a and b, with the path of the optimizer. Click or use the arrow keys to move the start.",
  "surface.hint": "Blue is low, orange is high; in each band the cost is about the same. The path starts at the open circle: click elsewhere to move it.",

  "slide.to": "to {0}",
  "file.refused": "This file cannot be shown: {0}",
  "file.fault": "{0} {1}",
  "file.json": "it is not JSON ({0})",
  "file.format": "is not \"autodiff-trace\": write the file with trace.write(Path.of(\"name.json\"))",
  "file.version": "is not {0}, which this page reads",
  "file.text": "is not a text",
  "file.number": "is not a whole number from {0} to {1}",
  "file.array": "is not an array of the trace format",
  "file.element": "has an element that is not a number",
  "file.length": "does not have the {0} elements of its shape",
  "file.large": "it is too large for this page",
  "file.list": "is missing or is not a list of a fitting length",
  "file.id": "is not {0}",
  "file.kind": "is no word of the trace format",
  "file.dtype": "is not FLOAT32, FLOAT64 or INT32",
  "file.entries": "does not have an entry for each of the {0} nodes",
  "file.flow": "has a flow along an edge that does not exist",

  "reason.constant": "not computed: it is a constant, and not trained",
  "reason.none": "not computed: it depends on nothing that has a gradient",

  "page.phases": "Phases",
  "page.showAllNumbersAt": "Show all numbers at once, whatever the step (a)",
  "page.sayTheNextNumber": "Say the next number before it is shown (p)",
  "page.writeAnExpressionE": "Write an expression (e)",
  "page.presenterModeLargeText": "Presenter mode: large text, one equation at a time (s)",
  "page.switchBetweenLightAnd": "Switch between light and dark",
  "page.lightOrDarkT": "Light or dark (t)",
  "page.help": "Help",
  "page.help2": "Help (?)",
  "page.expression": "Expression",
  "page.examples": "Examples",
  "page.graph": "Graph",
  "page.computationGraphTabMoves": "Computation graph: Tab moves through the nodes, Enter opens one",
  "page.legend": "Legend",
  "page.zoom": "Zoom",
  "page.larger": "Larger",
  "page.larger2": "Larger (+)",
  "page.smaller": "Smaller",
  "page.smaller2": "Smaller (-)",
  "page.showTheWholeGraph": "Show the whole graph",
  "page.wholeGraphF": "Whole graph (f)",
  "page.onlyWhatIsAround": "Only what is around the current step",
  "page.onlyWhatIsAround2": "Only what is around the current step (n)",
  "page.collapseOrExpandAll": "Collapse or expand all scopes",
  "page.collapseOrExpandAll2": "Collapse or expand all scopes (c)",
  "page.equation": "Equation",
  "page.currentStep": "Current step",
  "page.selectedNode": "Selected node",
  "page.nameScopes": "Name scopes",
  "page.steps": "Steps",
  "page.firstStep": "First step",
  "page.firstStepHome": "First step (Home)",
  "page.stepBack": "Step back",
  "page.back": "Back (←)",
  "page.play": "Play",
  "page.playOrPauseSpace": "Play or pause (space)",
  "page.stepForward": "Step forward",
  "page.next": "Next (→)",
  "page.lastStep": "Last step",
  "page.lastStepEnd": "Last step (End)",
  "page.step": "step {0} of {1}, {2}",
  "page.jumpToANode": "Jump to a node",
  "page.jumpToNode": "Jump to node (/)",
  "page.forward": "Forward",
  "page.backward": "Backward",
  "page.update": "Update",
  "page.allNumbers": "All numbers",
  "page.predict": "Predict",
  "page.playground": "Playground",
  "page.present": "Present",
  "page.copyLink": "Copy link",
  "page.value": "value",
  "page.gradient": "gradient ∂",
  "page.update2": "update",
  "page.noGradientFlows": "no gradient flows",
  "page.nan": "NaN",
  "page.values": "Values",
  "page.allStepsAsText": "All steps as text",
  "page.keys": "Keys",
  "page.nextStepStepBack": "next step, step back; so do PageDown and PageUp",
  "page.space": "space",
  "page.playOrPause": "play or pause",
  "page.homeEnd": "Home End",
  "page.firstLastStep": "first, last step",
  "page.nextPreviousPhase": "next, previous phase",
  "page.tabEnter": "Tab, Enter",
  "page.moveToANode": "move to a node, open it (a scope: collapse or expand it)",
  "page.f": "+ − f",
  "page.largerSmallerWholeGraph": "larger, smaller, whole graph",
  "page.n": "n",
  "page.onlyWhatIsAround3": "only what is around the current step, or the whole graph",
  "page.c": "c",
  "page.collapseOrExpandAll3": "collapse or expand all scopes",
  "page.a": "a",
  "page.allNumbersAtOnce": "all numbers at once, whatever the step",
  "page.p": "p",
  "page.predictSayTheNext": "predict: say the next number before it is shown",
  "page.e": "e",
  "page.writeAnExpressionOf": "write an expression of your own",
  "page.s": "s",
  "page.presenterModeLargeText2": "presenter mode: large text, one equation at a time",
  "page.jumpToANode2": "jump to a node by its name",
  "page.t": "t",
  "page.lightOrDark": "light or dark",
  "page.esc": "Esc",
  "page.closeWhatIsOpen": "close what is open",
  "page.thisHelp": "this help",
  "page.dragToMoveThe": "Drag to move the graph, turn the wheel or pinch to zoom, click a node to see its numbers. Blue numbers are values, orange ones gradients: on an arrow stands what flows back along it, in a box the sum of what has arrived. ∂ is short for the derivative of the result with respect to this node. Drag the value of a leaf sideways, or type another one in the panel: everything that depends on it follows.",
  "page.openATraceJson": "Open a trace (JSON)",
  "page.saveAsJson": "Save as JSON",
  "page.saveThePictureSvg": "Save the picture (SVG)",
  "page.close": "Close",
  "page.optimizer": "Optimizer",
  "page.rate": "Rate η",
  "page.speed": "Speed",
  "train.playground": "Playground",
  "train.view": "View",
  "train.running": "Running",
  "train.oneTrainingStepOne": "One training step: one batch forward, backward, update",
  "train.oneOperationOfA": "One operation of a training step: forward, backward, update",
  "train.onePassOverAll": "One pass over all points",
  "train.backToTheSame": "Back to the same start",
  "train.data": "Data",
  "train.network": "Network",
  "train.valueInTheOther": "Value in the other run",
  "train.costSurface": "Cost surface",
  "train.oneStep": "One step",
  "train.oneOperation": "One operation",
  "train.oneEpoch": "One epoch",
  "train.rewind": "Rewind",
  "train.set": "Set",
  "train.output": "Output",
  "train.thisStepAsA": "This step as a trace",
  "train.javaCode": "Java code",
  "train.theSameModelIn": "The same model in Java",
  "train.copy": "Copy",
  "train.close": "Close",
  "train.optimizer": "Optimizer",
  "train.rate": "Rate η",
  "train.batch": "Batch",
  "train.start": "Start",
  "train.l2": "L2",
  "train.l1": "L1",
  "train.dropout": "Dropout",
  "train.points": "Points",
  "train.noise": "Noise",
  "train.testShare": "Test share",
  "train.seed": "Seed",
  "train.compareWithAnother": "Compare with another",
  "train.cost": "Cost",
  "train.momentum": "Momentum μ",
  "train.sign": "β₁",
  "train.sign2": "β₂",
  "train.training": "training",
  "train.test": "test",
  "live.tooMany": "it has more than {0} nodes",
  "array.empty": "without elements",
  "nan.first": "the first NaN",
  "nan.note": "No number before this step is NaN. What is computed from it is NaN as well.",
  "step.given": "The leaves have their values",
  "step.was": "was {0}",
  "step.update.gradient": "Update {0}: it was {1}, its gradient is {2}",
  "step.theGradient": "the gradient",
  "step.asItWas": "as it was",
  "step.update": "Update {0}",
  "step.compute": "Compute {0} from {1}",
  "step.seed": "Backpropagation starts at {0}",
  "step.itself": "the derivative of a thing with respect to itself",
  "step.nothing": "nothing flows on",
  "step.arrived": "what has arrived",
  "step.back": "{0} goes back through {1}",
  "step.uses": "Σ of its {0} uses",
  "array.all": "all {0}",
  "array.range": "{0} to {1}",
  "array.infinite": "{0} infinite",
  "search.none": "There is no such node",
  "page.pass": "pass {0} of {1}",
  "array.corner": "the corner of it:",
  "array.tooLarge": "the whole is too large for this page: in the program, trace.value(...) has it",
  "array.show": "Show all {0} numbers",
  "array.rows": "shape [{0}], row by row",
  "node.what": "what",
  "node.type": "type",
  "node.source": "made at",
  "node.value": "value",
  "node.gradient": "gradient",
  "node.computed": "computed",
  "node.notYet": "not computed yet",
  "node.go": "go there",
  "node.from": "Gradient that came from",
  "node.later": "not yet",
  "node.not": "not computed",
  "node.hasValue": "value {0}",
  "why.repetitions": "Σ over its repetitions of",
  "graph.shapes": "the shapes {0} do not fit together",
  "graph.axis": "there is no axis {0} among {1} axes",
  "graph.unknown": "this page cannot compute {0}",
  "live.cut": "{0} is too large to be in this page whole",
  "live.old": "it was written before traces could be computed again",
  "live.unknown": "the engine in the page does not have {0}",
  "live.mask": "a mask is not in this page whole",
  "graph.logits": "logits need an axis with one number for each class, but they are one number",
  "graph.labels": "labels have the shape of the logits, {0}, but these have {1}",
  "graph.class": "{0} is no class: they are 0 to {1}",
  "graph.matrices": "a product of matrices needs matrices, but the shapes are {0} and {1}",
  "graph.inner": "the inner dimensions differ: {0} has {1} columns, so the right side needs {1} rows, but {2} has {3}",
  "graph.stacks": "the stacks of matrices do not fit together",
  "graph.reshape": "shape {0} has {1} elements, which do not fit into {2}",
  "text.numbers": "This has more than 10,000 numbers",
  "text.argument": "{0} takes 1 argument, but there are {2}",
  "text.arguments": "{0} takes {1} arguments, but there are {2}",
  "text.unexpected": "“{0}” was not expected here",
  "train.knobActivation": "Activation",
  "text.number": "This must be a number",
  "text.transpose": "Only a matrix is transposed, but this has shape {0}",
  "text.matmul": "@ multiplies matrices and vectors, but one side is a number; use *",
  "text.taken": "“{0}” has a value already; give this another name",
  "text.nothing": "There is nothing to compute: an operation is missing",
  "text.longest": "This is longer than {0} characters",
  "text.largeNumber": "This number is too large",
  "text.sign": "“{0}” has no meaning here",
  "text.parts": "This has more than {0} parts",
  "text.end": "the end",
  "text.deep": "This is nested deeper than {0} levels",
  "text.left": "the left side",
  "text.between": "A sign is missing between {0} and {1}; to multiply, write *",
  "text.closeParenthesis": "to close the parenthesis",
  "text.closeAbsolute": "to close the absolute value",
  "text.closeArray": "to close the array",
  "text.afterArguments": "after the arguments of {0}",
  "text.missingEnd": "Something is missing at the end",
  "text.type": "Type an expression, such as L = (a*b + c)^2",
  "text.closes": "There is nothing that this {0} closes",
  "text.option": "“{0}” is no option; there are axis and keepDims",
  "text.axis": "An axis is a small whole number, such as axis=0",
  "text.rows": "The rows of an array have the same length",
  "text.array": "An array is written with numbers; give it a name and put names around it",
  "text.assign": "Only a name stands on the left of =",
  "text.function": "“{0}” is no function that this page knows",
  "text.mean": "; did you mean {0}?",
  "step.update.before": "Update {0}: it was {1}",
  "step.nothing.why": "no operand receives a gradient through {0}",
  "array.size": "norm {0}, |max| {1}",
  "node.hasGradient": "gradient {0}",
  "graph.axis.one": "there is no axis {0} among {1} axis",
  "graph.inner.one": "the inner dimensions differ: {0} has {1} column, so the right side needs {1} row, but {2} has {3}",
  "text.before": "A number or a name is missing before {0}",
  "text.keepDims": "keepDims is true or false",
  "text.multiply": "; to multiply, write {0} * ( … )",
  "kind.placeholder": "placeholder",
  "kind.variable": "variable",
  "kind.constant": "constant",
  "kind.operation": "operation",
};

function say(key, ...values) {
  const text = Object.hasOwn(messages, key) ? messages[key] : key;
  return text.replace(/\{(\d)\}/g, (_, i) => values[i] === undefined ? "" : values[i]);
}

/** Fills in the texts of the page's elements and of their attributes. */
function sayAll() {
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
  for (const attribute of ["title", "aria-label", "placeholder"]) {
    for (const element of document.querySelectorAll("[data-say-" + attribute + "]")) {
      element.setAttribute(attribute, say(element.getAttribute("data-say-" + attribute)));
    }
  }
}
sayAll();

// Arrays of numbers in row-major order, with NumPy's broadcasting. Stores round: a Float32Array keeps 24 bits, as the
// Java engine's FLOAT32 does after each operation.
const arrays = (() => {
  const stores = {FLOAT32: Float32Array, FLOAT64: Float64Array, INT32: Int32Array};

  /** A mistake in a graph or an expression, told to the reader. */
  class GraphError extends Error {}

  const sizeOf = shape => shape.reduce((a, b) => a * b, 1);
  const shapeText = shape => "[" + shape.join(", ") + "]";
  const make = (dtype, shape) => ({dtype, shape, data: new stores[dtype](sizeOf(shape))});
  const of = (dtype, shape, values) => ({dtype, shape, data: stores[dtype].from(values)});
  const scalar = (dtype, value) => of(dtype, [], [value]);
  const full = (like, value) => ({dtype: like.dtype, shape: like.shape, data: new stores[like.dtype](like.data.length).fill(value)});
  const sameShape = (a, b) => a.length === b.length && a.every((d, i) => d === b[i]);

  function broadcastShape(a, b) {
    const rank = Math.max(a.length, b.length), shape = [];
    for (let i = 1; i <= rank; i++) {
      const p = i <= a.length ? a[a.length - i] : 1, q = i <= b.length ? b[b.length - i] : 1;
      if (p !== q && p !== 1 && q !== 1) return null;
      shape.unshift(p === 1 ? q : p);
    }
    return shape;
  }

  // For each element of the target, the place of the source's element that is repeated there.
  function places(from, to) {
    const steps = new Array(to.length).fill(0), extra = to.length - from.length;
    for (let i = from.length - 1, step = 1; i >= 0; i--) {
      steps[i + extra] = from[i] === 1 ? 0 : step;
      step *= from[i];
    }
    const result = new Int32Array(sizeOf(to)), at = new Array(to.length).fill(0);
    for (let i = 0, place = 0; i < result.length; i++) {
      result[i] = place;
      for (let axis = to.length - 1; axis >= 0; axis--) {
        place += steps[axis];
        if (++at[axis] < to[axis]) break;
        place -= steps[axis] * to[axis];
        at[axis] = 0;
      }
    }
    return result;
  }

  function map(x, f) {
    const y = make(x.dtype, x.shape);
    for (let i = 0; i < y.data.length; i++) y.data[i] = f(x.data[i]);
    return y;
  }

  const endsWith = (shape, end) => end.length <= shape.length && end.every((d, i) => d === shape[shape.length - end.length + i]);

  function zip(a, b, f) {
    if (sameShape(a.shape, b.shape)) {
      const y = make(a.dtype, a.shape);
      for (let i = 0; i < y.data.length; i++) y.data[i] = f(a.data[i], b.data[i]);
      return y;
    }
    if (endsWith(a.shape, b.shape)) {
      const y = make(a.dtype, a.shape), n = b.data.length;
      for (let i = 0, j = 0; i < y.data.length; i++) { y.data[i] = f(a.data[i], b.data[j]); if (++j === n) j = 0; }
      return y;
    }
    const shape = broadcastShape(a.shape, b.shape);
    if (!shape) throw new GraphError(say("graph.shapes", shapeText(a.shape) + ", " + shapeText(b.shape)));
    const y = make(a.dtype, shape), pa = places(a.shape, shape), pb = places(b.shape, shape);
    for (let i = 0; i < y.data.length; i++) y.data[i] = f(a.data[pa[i]], b.data[pb[i]]);
    return y;
  }

  function broadcastTo(x, shape) {
    if (sameShape(x.shape, shape)) return x;
    const y = make(x.dtype, shape), from = places(x.shape, shape);
    for (let i = 0; i < y.data.length; i++) y.data[i] = x.data[from[i]];
    return y;
  }

  const reshape = (x, shape) => ({dtype: x.dtype, shape, data: x.data});

  // Axes as positions from 0, in order; none stand for all.
  function normalAxes(rank, axes) {
    const list = axes.length ? axes : Array.from({length: rank}, (_, i) => i);
    const normal = list.map(axis => axis < 0 ? axis + rank : axis);
    for (const [i, axis] of normal.entries()) {
      if (!Number.isInteger(axis) || axis < 0 || axis >= rank) {
        throw new GraphError(say(rank === 1 ? "graph.axis.one" : "graph.axis", list[i], rank));
      }
    }
    return [...new Set(normal)].sort((a, b) => a - b);
  }
  const keptShape = (shape, axes) => shape.map((d, i) => axes.includes(i) ? 1 : d);
  const reducedShape = (shape, axes, keepDims) => keepDims ? keptShape(shape, axes) : shape.filter((_, i) => !axes.includes(i));

  // Sums are made in double precision and rounded once.
  function reduce(x, axes, keepDims, start, f) {
    const normal = normalAxes(x.shape.length, axes), kept = keptShape(x.shape, normal);
    const sums = new Float64Array(sizeOf(kept)).fill(start), to = places(kept, x.shape);
    for (let i = 0; i < x.data.length; i++) sums[to[i]] = f(sums[to[i]], x.data[i]);
    return of(x.dtype, reducedShape(x.shape, normal, keepDims), sums);
  }
  const sum = (x, axes, keepDims) => reduce(x, axes, keepDims, 0, (a, b) => a + b);

  // Undoes broadcasting: sums over the axes along which an operand of this shape was repeated.
  function sumTo(x, shape) {
    if (sameShape(x.shape, shape)) return x;
    const extra = x.shape.length - shape.length, axes = [];
    x.shape.forEach((d, i) => { if (i < extra || (shape[i - extra] === 1 && d !== 1)) axes.push(i); });
    return reshape(axes.length ? sum(x, axes, false) : x, shape);
  }

  function transpose(x, order) {
    const shape = order.map(axis => x.shape[axis]), y = make(x.dtype, shape), steps = [];
    for (let i = x.shape.length - 1, step = 1; i >= 0; i--) { steps[i] = step; step *= x.shape[i]; }
    const at = new Array(shape.length).fill(0);
    for (let i = 0, place = 0; i < y.data.length; i++) {
      y.data[i] = x.data[place];
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        place += steps[order[axis]];
        if (++at[axis] < shape[axis]) break;
        place -= steps[order[axis]] * shape[axis];
        at[axis] = 0;
      }
    }
    return y;
  }
  const lastTwo = rank => Array.from({length: rank}, (_, i) => i < rank - 2 ? i : 2 * rank - 3 - i);
  const swapped = x => transpose(x, lastTwo(x.shape.length));

  // Stacks of matrices, [..., m, k] · [..., k, n] -> [..., m, n].
  function matmul(left, right, transposeLeft, transposeRight) {
    const a = transposeLeft ? swapped(left) : left, b = transposeRight ? swapped(right) : right;
    const [m, k] = a.shape.slice(-2), n = b.shape[b.shape.length - 1];
    const stack = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const y = make(a.dtype, [...stack, m, n]);
    const fromA = places(a.shape.slice(0, -2), stack), fromB = places(b.shape.slice(0, -2), stack);
    for (let s = 0; s < fromA.length; s++) {
      const a0 = fromA[s] * m * k, b0 = fromB[s] * k * n, y0 = s * m * n;
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let total = 0;
          for (let p = 0; p < k; p++) total += a.data[a0 + i * k + p] * b.data[b0 + p * n + j];
          y.data[y0 + i * n + j] = total;
        }
      }
    }
    return y;
  }

  return {GraphError, sizeOf, shapeText, make, of, scalar, full, sameShape, broadcastShape, map, zip, broadcastTo, reshape,
    normalAxes, keptShape, reducedShape, reduce, sum, sumTo, transpose, matmul};
})();

// The operations that work element by element: formula, value and, for each operand, the rule in words and as numbers.
// Texts and arithmetic are those of the Java engine (dev.autodiff.graph): a test compares both on random graphs.
const ops = (() => {
  const {GraphError, map, zip, full, make, broadcastShape, broadcastTo, shapeText} = arrays;
  const table = Object.create(null);

  const neg = x => map(x, v => -v), mul = (a, b) => zip(a, b, (p, q) => p * q), div = (a, b) => zip(a, b, (p, q) => p / q);
  const add = (a, b) => zip(a, b, (p, q) => p + q), sub = (a, b) => zip(a, b, (p, q) => p - q);
  const times = (x, number) => mul(x, full(x, number)), plus = (x, number) => add(x, full(x, number));
  const oneLess = x => map(x, v => 1 - v), square = x => mul(x, x);
  const functions = {
    sigmoid: v => v >= 0 ? 1 / (1 + Math.exp(-v)) : Math.exp(v) / (1 + Math.exp(v)),
    softplus: v => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))),
    sign: v => Number.isNaN(v) ? v : Math.sign(v),
  };
  const sigmoid = x => map(x, functions.sigmoid);

  // a where the condition is not 0, else b; each is repeated where its shape asks for it.
  function where(condition, a, b) {
    const shape = broadcastShape(broadcastShape(condition.shape, a.shape) || [], b.shape);
    if (!shape || !broadcastShape(condition.shape, a.shape)) {
      throw new GraphError(say("graph.shapes", [condition, a, b].map(x => shapeText(x.shape)).join(", ")));
    }
    const [c, p, q] = [condition, a, b].map(x => broadcastTo(x, shape)), y = make(a.dtype, shape);
    for (let i = 0; i < y.data.length; i++) y.data[i] = c.data[i] !== 0 ? p.data[i] : q.data[i];
    return y;
  }

  // Where a function is constant its derivative is 0, but NaN at NaN.
  const nanOrZero = x => map(x, v => Number.isNaN(v) ? NaN : 0);
  const compare = test => (a, b) => zip(a, b, (p, q) => test(p, q) ? 1 : 0);
  const eq = compare((p, q) => p === q), greater = compare((p, q) => p > q), greaterEqual = compare((p, q) => p >= q);
  const smaller = (y, a, b, dy) => where(greater(b, a), dy, where(eq(a, b), times(dy, 0.5), nanOrZero(y)));

  function row(name, formula, value, rules, more) {
    table[name] = {name, formula, value, elementwise: true, rules: rules.map(r => r[0]), gradients: rules.map(r => r[1]), ...more};
  }
  const unary = (name, formula, f, rule, gradient) =>
    row(name, formula, ([x]) => map(x, f), [[rule, (y, [x], dy) => gradient(y, x, dy)]]);
  const binary = (name, formula, f, ruleA, a, ruleB, b) =>
    row(name, formula, ([p, q]) => zip(p, q, f), [[ruleA, (y, [p, q], dy) => a(y, p, q, dy)], [ruleB, (y, [p, q], dy) => b(y, p, q, dy)]]);

  binary("add", "a + b", (p, q) => p + q, "dy", (y, a, b, dy) => dy, "dy", (y, a, b, dy) => dy);
  binary("sub", "a - b", (p, q) => p - q, "dy", (y, a, b, dy) => dy, "-dy", (y, a, b, dy) => neg(dy));
  binary("mul", "a * b", (p, q) => p * q, "b * dy", (y, a, b, dy) => mul(dy, b), "a * dy", (y, a, b, dy) => mul(dy, a));
  row("div", "a / b", ([a, b]) => zip(a, b, a.dtype === "INT32" ? (p, q) => Math.trunc(p / q) : (p, q) => p / q),
    [["dy / b", (y, [a, b], dy) => div(dy, b)], ["-y / b * dy", (y, [a, b], dy) => neg(div(mul(dy, y), b))]]);
  // IEEE 754: 1 to any power is 1, and so is -1 to an infinite one.
  const power = (a, b) => a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : Math.pow(a, b);
  // Where a is not positive, a^b is no function of b that has a derivative: it counts as constant.
  const growth = (y, a) => zip(y, a, (p, q) => q <= 0 && !Number.isNaN(p) ? 0 : p * Math.fround(Math.log(q)));
  const growthDouble = (y, a) => zip(y, a, (p, q) => q <= 0 && !Number.isNaN(p) ? 0 : p * Math.log(q));
  const lessOne = (a, b) => zip(a, b, (p, q) => q === 0 && Math.abs(1 / p) === Infinity ? 1 : q - 1);
  row("pow", "a^b", ([a, b]) => zip(a, b, power), [
    ["b * a^(b - 1) * dy", (y, [a, b], dy) => mul(mul(dy, b), zip(a, lessOne(a, b), power))],
    ["y * log(a) * dy", (y, [a], dy) => mul(dy, (y.dtype === "FLOAT32" ? growth : growthDouble)(y, a))]]);
  const nan = (p, q, f) => Number.isNaN(p) || Number.isNaN(q) ? NaN : f(p, q);
  binary("minimum", "min(a, b)", (p, q) => nan(p, q, Math.min),
    "dy where a < b, half of it where equal", (y, a, b, dy) => smaller(y, a, b, dy),
    "dy where b < a, half of it where equal", (y, a, b, dy) => smaller(y, b, a, dy));
  binary("maximum", "max(a, b)", (p, q) => nan(p, q, Math.max),
    "dy where a > b, half of it where equal", (y, a, b, dy) => smaller(y, b, a, dy),
    "dy where b > a, half of it where equal", (y, a, b, dy) => smaller(y, a, b, dy));

  unary("neg", "-x", v => -v, "-dy", (y, x, dy) => neg(dy));
  unary("abs", "|x|", Math.abs, "sign(x) * dy", (y, x, dy) => mul(dy, map(x, functions.sign)));
  unary("square", "x²", v => v * v, "2x * dy", (y, x, dy) => mul(dy, times(x, 2)));
  unary("sqrt", "√x", Math.sqrt, "dy / (2y)", (y, x, dy) => div(dy, times(y, 2)));
  unary("exp", "e^x", Math.exp, "y * dy", (y, x, dy) => mul(dy, y));
  unary("expm1", "e^x - 1", Math.expm1, "e^x * dy", (y, x, dy) => mul(dy, map(x, Math.exp)));
  unary("log", "log(x)", Math.log, "dy / x", (y, x, dy) => div(dy, x));
  unary("log1p", "log(1 + x)", Math.log1p, "dy / (1 + x)", (y, x, dy) => div(dy, plus(x, 1)));
  unary("relu", "max(x, 0)", v => v > 0 ? v : Number.isNaN(v) ? v : 0, "dy where x > 0, else 0",
    (y, x, dy) => where(greater(y, full(y, 0)), dy, y));
  unary("sigmoid", "1 / (1 + e^(-x))", functions.sigmoid, "y * (1 - y) * dy", (y, x, dy) => mul(mul(dy, y), oneLess(y)));
  unary("tanh", "tanh(x)", Math.tanh, "(1 - y²) * dy", (y, x, dy) => mul(dy, oneLess(square(y))));
  unary("softplus", "log(1 + e^x)", functions.softplus, "sigmoid(x) * dy", (y, x, dy) => mul(dy, sigmoid(x)));
  unary("softsign", "x / (1 + |x|)", v => v / (1 + Math.abs(v)), "dy / (1 + |x|)²",
    (y, x, dy) => div(dy, square(plus(map(x, Math.abs), 1))));
  unary("sin", "sin(x)", Math.sin, "cos(x) * dy", (y, x, dy) => mul(dy, map(x, Math.cos)));
  unary("cos", "cos(x)", Math.cos, "-sin(x) * dy", (y, x, dy) => neg(mul(dy, map(x, Math.sin))));
  unary("tan", "tan(x)", Math.tan, "(1 + y²) * dy", (y, x, dy) => mul(dy, plus(square(y), 1)));
  unary("atan", "atan(x)", Math.atan, "dy / (1 + x²)", (y, x, dy) => div(dy, plus(square(x), 1)));
  unary("sinh", "sinh(x)", Math.sinh, "cosh(x) * dy", (y, x, dy) => mul(dy, map(x, Math.cosh)));
  unary("cosh", "cosh(x)", Math.cosh, "sinh(x) * dy", (y, x, dy) => mul(dy, map(x, Math.sinh)));

  // Functions with a number as parameter, which stands in their texts.
  const text = number => Number.isInteger(number) || !Number.isFinite(number) ? String(number).replace("Infinity", "∞")
    : Math.abs(number) < 1e-3 || Math.abs(number) >= 1e7 ? number.toExponential().replace("e+", "E").replace("e", "E") : String(number);
  row("leakyRelu", a => "x where x > 0, else " + text(a.slope) + " * x",
    ([x], a) => where(greater(x, full(x, 0)), x, times(x, a.slope)),
    [[a => "dy where x > 0, else " + text(a.slope) + " * dy",
      (y, [x], dy, a) => where(greater(x, full(x, 0)), dy, add(times(dy, a.slope), nanOrZero(x)))]]);
  row("elu", a => "x where x > 0, else " + text(a.alpha) + " * (e^x - 1)",
    ([x], a) => where(greater(x, full(x, 0)), x, times(map(x, Math.expm1), a.alpha)),
    [[a => "dy where x > 0, else " + text(a.alpha) + " * e^x * dy",
      (y, [x], dy, a) => where(greater(x, full(x, 0)), dy, mul(dy, times(map(x, Math.exp), a.alpha)))]]);
  row("clip", a => "min(max(x, " + text(a.low) + "), " + text(a.high) + ")",
    ([x], a) => map(x, v => nan(v, v, p => Math.min(Math.max(p, a.low), a.high))),
    [[a => "dy where " + text(a.low) + " ≤ x ≤ " + text(a.high) + ", else 0",
      (y, [x], dy, a) => where(map(x, v => v >= a.low && v <= a.high ? 1 : 0), dy, nanOrZero(x))]]);

  // No gradient flows through these.
  const constant = (name, formula, value, reason, more) => row(name, formula, value, [[reason, null], [reason, null]], more);
  const steps = "none: constant between its steps";
  constant("sign", "sign of x: -1, 0 or 1", ([x]) => map(x, functions.sign), steps);
  constant("eq", "1 if a = b, else 0", ([a, b]) => eq(a, b), steps);
  constant("ne", "1 if a ≠ b, else 0", ([a, b]) => zip(a, b, (p, q) => p !== q ? 1 : 0), steps);
  constant("greater", "1 if a > b, else 0", ([a, b]) => greater(a, b), steps);
  constant("greaterEqual", "1 if a ≥ b, else 0", ([a, b]) => greaterEqual(a, b), steps);
  row("stopGradient", "x", ([x]) => x, [["none: gradients are stopped here", null]], {elementwise: false});
  row("where", "a where c is not 0, else b", ([c, a, b]) => where(c, a, b), [
    ["none: a choice does not change gradually", null],
    ["dy where c is not 0, else 0", (y, [c], dy) => where(c, dy, full(dy, 0))],
    ["dy where c is 0, else 0", (y, [c], dy) => where(c, full(dy, 0), dy)]], {symbols: ["c", "a", "b"]});
  row("sigmoidCrossEntropy", "max(x, 0) - x * z + log(1 + e^(-|x|))",
    ([x, z]) => zip(x, z, (p, q) => Math.abs(p) * (p > 0 ? 1 - q : q) + Math.log1p(Math.exp(-Math.abs(p)))), [
      ["(sigmoid(x) - z) * dy", (y, [x, z], dy) => mul(dy, sub(sigmoid(x), z))],
      ["-x * dy", (y, [x], dy) => neg(mul(dy, x))]], {symbols: ["x", "z"]});

  return {table, row, functions, neg, mul, div, add, sub, times, plus, where, eq};
})();

// The operations that look at more than one element: products, sums, softmax, and arrangements.
(() => {
  const {GraphError, map, full, of, make, shapeText, broadcastTo, reshape, normalAxes, keptShape, reducedShape, reduce,
    sum, sumTo, transpose, matmul} = arrays;
  const {row, neg, mul, div, sub, times, add, eq} = ops;
  const whole = {elementwise: false};
  const op = (name, formula, value, rules, more) => row(name, formula, value, rules, {...whole, ...more});
  const nothing = reason => ["none: " + reason, null];

  // ---- Sums and the like; a gradient gets its axes back before it is repeated along them.
  const kept = (reduced, x, a) => reshape(reduced, keptShape(x.shape, normalAxes(x.shape.length, a.axes || [])));
  const count = (x, a) => normalAxes(x.shape.length, a.axes || []).reduce((n, axis) => n * x.shape[axis], 1);
  const total = (x, a) => sum(x, a.axes || [], a.keepDims);
  op("sum", "Σ x", ([x], a) => total(x, a), [["dy, for every element", (y, [x], dy, a) => broadcastTo(kept(dy, x, a), x.shape)]]);
  op("mean", "Σ x / n", ([x], a) => { const s = total(x, a); return div(s, full(s, count(x, a))); }, [["dy / n, for every element",
    (y, [x], dy, a) => broadcastTo(kept(div(dy, full(dy, Math.max(1, count(x, a)))), x, a), x.shape)]]);
  const extremum = (name, start, f) => op(name, name + " of x", ([x], a) => {
    if (!count(x, a)) throw new GraphError(name + " of no elements");
    return reduce(x, a.axes || [], a.keepDims, start, (p, q) => Number.isNaN(p) || Number.isNaN(q) ? NaN : f(p, q));
  }, [["dy where x = y (shared evenly if there are several), else 0", (y, [x], dy, a) => {
    const chosen = eq(x, kept(y, x, a));
    return div(mul(kept(dy, x, a), chosen), sum(chosen, a.axes || [], true));
  }]]);
  extremum("max", -Infinity, Math.max);
  extremum("min", Infinity, Math.min);

  // ---- Softmax along axes, without overflow: the largest number is subtracted first.
  function softmaxParts(x, axes) {
    const largest = reduce(x, axes, true, -Infinity, (p, q) => Math.max(p, q));
    const shift = map(largest, v => Number.isFinite(v) ? v : 0), shifted = sub(x, shift), e = map(shifted, Math.exp);
    return {shift, shifted, e, sum: sum(e, axes, true)};
  }
  const softmax = (x, axes) => { const p = softmaxParts(x, axes); return div(p.e, p.sum); };
  // Terms that are 1 are counted apart: log1p of the rest keeps the digits of small ones.
  function logSum(p, axes) {
    const ones = sum(map(p.shifted, v => v === 0 ? 1 : 0), axes, true), rest = sum(map(p.shifted, v => v === 0 ? 0 : Math.exp(v)), axes, true);
    return map(add(rest, map(ones, v => v - 1)), Math.log1p);
  }
  const logSoftmax = (x, axes) => { const p = softmaxParts(x, axes); return sub(p.shifted, logSum(p, axes)); };
  const axesOf = a => a.axes || [a.axis === undefined ? -1 : a.axis];
  op("softmax", "e^x / Σ e^x", ([x], a) => softmax(x, axesOf(a)), [["y * (dy - Σ (y * dy))",
    (y, [x], dy, a) => mul(y, sub(dy, sum(mul(dy, y), axesOf(a), true)))]]);
  op("logSoftmax", "x - log Σ e^x", ([x], a) => logSoftmax(x, axesOf(a)), [["dy - softmax(x) * Σ dy",
    (y, [x], dy, a) => sub(dy, mul(map(y, Math.exp), sum(dy, axesOf(a), true)))]]);
  op("logSumExp", "log Σ e^x", ([x], a) => {
    const p = softmaxParts(x, a.axes || []), y = add(logSum(p, a.axes || []), p.shift);
    return reshape(y, reducedShape(x.shape, normalAxes(x.shape.length, a.axes || []), a.keepDims));
  }, [["softmax(x) * dy", (y, [x], dy, a) => x.shape.length ? mul(kept(dy, x, a), softmax(x, a.axes || [])) : dy]]);

  const rows = dy => reshape(dy, [...dy.shape, 1]);
  function sameLogits(x, z) {
    if (!x.shape.length) throw new GraphError(say("graph.logits"));
    if (!arrays.sameShape(x.shape, z.shape)) {
      throw new GraphError(say("graph.labels", shapeText(x.shape), shapeText(z.shape)));
    }
  }
  op("softmaxCrossEntropy", "-Σ (z * log softmax(x))", ([x, z]) => {
    sameLogits(x, z);
    // A label of 0 counts nothing, also where the logarithm is minus infinity
    const logs = logSoftmax(x, [-1]), terms = make(x.dtype, x.shape);
    for (let i = 0; i < terms.data.length; i++) terms.data[i] = z.data[i] === 0 ? 0 : -z.data[i] * logs.data[i];
    return sum(terms, [-1], false);
  }, [["(softmax(x) * Σ z - z) * dy", (y, [x, z], dy) => mul(rows(dy), sub(mul(softmax(x, [-1]), sum(z, [-1], true)), z))],
    ["-log softmax(x) * dy", (y, [x], dy) => neg(mul(rows(dy), logSoftmax(x, [-1])))]], {symbols: ["x", "z"]});
  function oneHot(k, x) {
    const y = make(x.dtype, x.shape), classes = x.shape[x.shape.length - 1];
    k.data.forEach((c, i) => {
      if (!Number.isInteger(c) || c < 0 || c >= classes) throw new GraphError(say("graph.class", c, classes - 1));
      y.data[i * classes + c] = 1;
    });
    return y;
  }
  op("sparseSoftmaxCrossEntropy", "-log softmax(x)[k]", ([x, k]) => sum(neg(mul(oneHot(k, x), logSoftmax(x, [-1]))), [-1], false),
    [["(softmax(x) - oneHot(k)) * dy", (y, [x, k], dy) => mul(rows(dy), sub(softmax(x, [-1]), oneHot(k, x)))],
      nothing("labels are whole numbers")], {symbols: ["x", "k"]});

  // ---- Products
  const t = (flag, name) => flag ? name + "ᵀ" : name;
  function checkProduct(a, b, at) {
    const mistake = text => { throw new GraphError(text); };
    if (a.shape.length < 2 || b.shape.length < 2) {
      mistake(say("graph.matrices", shapeText(a.shape), shapeText(b.shape)));
    }
    const k = a.shape[a.shape.length - (at.transposeA ? 2 : 1)], l = b.shape[b.shape.length - (at.transposeB ? 1 : 2)];
    if (k !== l) {
      mistake(say(k === 1 ? "graph.inner.one" : "graph.inner", shapeText(a.shape), k, shapeText(b.shape), l));
    }
    if (!arrays.broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2))) mistake(say("graph.stacks"));
  }
  op("matmul", a => t(a.transposeA, "a") + " · " + t(a.transposeB, "b"),
    ([a, b], at) => { checkProduct(a, b, at); return matmul(a, b, at.transposeA, at.transposeB); }, [
      [a => a.transposeA ? t(a.transposeB, "b") + " · dyᵀ" : "dy · " + t(!a.transposeB, "b"),
        (y, [a, b], dy, at) => at.transposeA ? matmul(b, dy, at.transposeB, true) : matmul(dy, b, false, !at.transposeB)],
      [a => a.transposeB ? "dyᵀ · " + t(a.transposeA, "a") : t(!a.transposeA, "a") + " · dy",
        (y, [a, b], dy, at) => at.transposeB ? matmul(dy, a, true, at.transposeA) : matmul(a, dy, !at.transposeA, false)]]);

  // ---- Arrangements
  const order = (x, a) => a.permutation.map(axis => axis < 0 ? axis + x.shape.length : axis);
  const listed = list => "[" + list.join(", ") + "]";
  op("transpose", a => a.permutation.length === 2 ? "xᵀ" : "axes of x in the order " + listed(a.permutation),
    ([x], a) => transpose(x, order(x, a)),
    [[a => a.permutation.length === 2 ? "dyᵀ" : "axes of dy in the order of before", (y, [x], dy, a) => {
      const back = [];
      order(x, a).forEach((axis, i) => { back[axis] = i; });
      return transpose(dy, back);
    }]]);
  function targetOf(x, dims) {
    const known = dims.reduce((n, d) => d === -1 ? n : n * d, 1), open = dims.filter(d => d === -1).length;
    if (open > 1 || (open ? known === 0 || x.data.length % known : known !== x.data.length)) {
      throw new GraphError(say("graph.reshape", shapeText(x.shape), x.data.length, listed(dims)));
    }
    return dims.map(d => d === -1 ? x.data.length / known : d);
  }
  const view = (name, shape) => op(name, "x in another shape", ([x], a) => reshape(x, shape(x, a)),
    [["dy in the old shape", (y, [x], dy) => reshape(dy, x.shape)]]);
  view("reshape", (x, a) => targetOf(x, a.dims));
  view("expandDims", (x, a) => { const s = x.shape.slice(); s.splice(a.axis < 0 ? a.axis + s.length + 1 : a.axis, 0, 1); return s; });
  view("squeeze", (x, a) => { const gone = a.axes.map(axis => axis < 0 ? axis + x.shape.length : axis); return x.shape.filter((_, i) => !gone.includes(i)); });
  op("broadcastTo", a => "x repeated to " + listed(a.dims), ([x], a) => broadcastTo(x, a.dims),
    [["Σ dy over the repetitions", (y, [x], dy) => sumTo(dy, x.shape)]]);
  op("cast", a => "x as " + a.dtype, ([x], a) => of(a.dtype, x.shape, x.data),
    [[a => a.dtype === "INT32" ? "none: whole numbers do not change gradually" : "dy in the type of x",
      (y, [x], dy, a) => a.dtype === "INT32" ? null : of(x.dtype, dy.shape, dy.data)]]);
})();

// How numbers, arrays and formulas are written, as dev.autodiff.formula does it in Java.
const notation = (() => {
  const TIE = /^50*$/;

  // The decimal digits of a double are finite: a tie is seen exactly, and goes to the even digit.
  function fixed(value, places) {
    const exact = value.toFixed(Math.min(100, places + 70)), cut = exact.length - (exact.length - exact.indexOf(".") - 1) + places;
    if (!TIE.test(exact.slice(cut))) return value.toFixed(places);
    const kept = exact.slice(0, cut);
    return Number(kept[kept.length - 1]) % 2 ? value.toFixed(places) : kept;
  }

  function scientific(value) {
    const [digits, exponent] = value.toExponential().split("e"), sign = digits[0] === "-" ? "-" : "";
    const plain = digits.replace("-", "").replace(".", "").padEnd(6, "0");
    let n = Number(plain.slice(0, 5)) + (plain[5] >= "5" ? 1 : 0), e = Number(exponent);
    if (n === 100000) { n = 10000; e++; }
    const text = String(n);
    return sign + (text[0] + "." + text.slice(1)).replace(/\.?0+$/, "") + "e" + e;
  }

  /** A number with up to four decimals and seven digits. */
  function number(value) {
    if (value === null || value === "NaN" || Number.isNaN(value)) return "NaN";
    if (value === "Infinity" || value === Infinity) return "∞";
    if (value === "-Infinity" || value === -Infinity) return "-∞";
    if (value === 0) return "0";
    const size = Math.abs(value), sign = value < 0 ? "-" : "";
    if (size < 1e-4 || size >= 1e7) return scientific(value);
    if (size < 1) return sign + fixed(size, 3 - Number(size.toExponential().split("e")[1])).replace(/\.?0+$/, "");
    let units = Number(fixed(size, 4).replace(".", ""));
    const step = 10 ** Math.max(0, String(units).length - 7), rest = units % step;
    units -= rest;
    if (rest * 2 > step || (rest * 2 === step && (units / step) % 2)) units += step;
    const text = String(units);
    return sign + (text.slice(0, -4) + "." + text.slice(-4)).replace(/\.?0+$/, "");
  }

  // ---- Formulas, in which words stand for operands
  const bindings = {SUM: 0, PRODUCT: 1, SIGNED: 2, SCIENTIFIC: 3, ATOM: 4};
  const atom = text => ({text, binding: bindings.ATOM});
  const product = text => ({text, binding: bindings.PRODUCT});
  function numberTerm(value) {
    const text = number(value);
    return {text, binding: text[0] === "-" ? bindings.SIGNED : text.includes("e") ? bindings.SCIENTIFIC : bindings.ATOM};
  }
  const raised = /^[²³¹⁰-ⁿᵀ]/u, letter = /^[\p{L}_]/u, inWord = /^[\p{L}_0-9₀-₉\p{Mn}]/u;
  const isLetter = c => letter.test(c) && c !== "Σ" && !raised.test(c);
  const isWord = token => isLetter(token.text);
  const isNumber = token => /^[0-9]/.test(token.text);

  const known = new Map();
  function tokens(formula) {
    if (known.has(formula)) return known.get(formula);
    const list = [];
    let spaced = false;
    for (let i = 0; i < formula.length;) {
      if (formula[i] === " ") { spaced = list.length > 0; i++; continue; }
      let end = i + 1;
      if (isLetter(formula[i])) { while (end < formula.length && inWord.test(formula[end]) && formula[end] !== "Σ" && !raised.test(formula[end])) end++; }
      else if (/[0-9]/.test(formula[i])) { while (end < formula.length && /[0-9.]/.test(formula[end])) end++; }
      list.push({text: formula.slice(i, end), spaced});
      spaced = false;
      i = end;
    }
    if (known.size > 5000) known.clear();
    known.set(formula, list);
    return list;
  }

  const endsOperand = token => isWord(token) || isNumber(token) || ")],".includes(token.text[0]);
  function bindingOf(c, position) {
    if (c === "+") return bindings.SUM;
    if (c === "-" || c === "−") return position === 0 ? bindings.SIGNED : bindings.SUM;
    if ("*/·⊙".includes(c)) return bindings.PRODUCT;
    return "^Σ√".includes(c) ? bindings.SIGNED : bindings.ATOM;
  }
  /** A formula as a term; its loosest operation decides on parentheses. */
  function formulaTerm(text) {
    let loosest = bindings.ATOM, depth = 0;
    const list = tokens(text);
    list.forEach((token, i) => {
      const c = token.text[0];
      depth += "([".includes(c) ? 1 : ")]".includes(c) ? -1 : 0;
      if (depth) return;
      loosest = Math.min(loosest, i > 0 && isWord(token) && endsOperand(list[i - 1]) ? bindings.SUM : bindingOf(c, i));
    });
    return {text, binding: loosest};
  }

  function needsParentheses(binding, left, right, factor) {
    const before = !left || isWord(left) ? "(" : left.text[0], after = !right || isWord(right) ? ")" : right.text[0];
    const power = after === "^" || raised.test(after);
    switch (binding) {
      case bindings.ATOM: return false;
      case bindings.SCIENTIFIC: return power;
      case bindings.SIGNED: return power || factor || !"([|,<>=≠≥≤←;{:".includes(before);
      case bindings.PRODUCT: return power || factor || "/^√Σ".includes(before);
      default: return power || factor || "-*/·⊙^√Σ".includes(before) || "*/·⊙".includes(after);
    }
  }
  /** A formula with terms (a Map) in place of words; products of single numbers have a dot. */
  function substitute(formula, terms, scalars) {
    const list = tokens(formula);
    return list.map((token, i) => {
      const term = terms.get(token.text), space = token.spaced ? " " : "";
      if (!term) return space + (token.text === "*" ? (scalars ? "·" : "⊙") : token.text);
      const left = list[i - 1], right = list[i + 1], factor = Boolean(left) && isNumber(left) && !token.spaced;
      return space + (factor ? "·" : "") + (needsParentheses(term.binding, left, right, factor) ? "(" + term.text + ")" : term.text);
    }).join("");
  }
  const mentions = (formula, terms) => tokens(formula).some(token => terms.has(token.text));

  // ---- Values in formulas
  function inlineText(array) {
    const {shape, data} = array, row = list => "[" + list.map(number).join(", ") + "]";
    if (!shape.length) return number(data[0]);
    if (shape.length === 1) return row(Array.from(data));
    const rows = Array.from({length: shape[0]}, (_, i) => row(Array.from(data.slice(i * shape[1], (i + 1) * shape[1]))));
    return "[" + rows.join(", ") + "]";
  }
  const isInline = x => x.data.length > 0 && x.data.length <= 8 && x.shape.length <= 2 && inlineText(x).length <= 48;

  /** The words of a formula with their values: whole where they are small, or their first elements alone. */
  class Terms {
    constructor(elementwise, isProduct) {
      Object.assign(this, {elementwise, isProduct, whole: new Map(), written: new Map(), first: new Map(), arrays: new Map(),
        scalars: true, small: true, empty: false});
    }
    put(word, value, name) {
      const inline = isInline(value), single = value.shape.length === 0;
      const term = single ? numberTerm(value.data[0]) : inline ? atom(inlineText(value)) : name;
      this.whole.set(word, term);
      this.arrays.set(word, value);
      if (inline) this.written.set(word, term);
      if (value.data.length) this.first.set(word, numberTerm(value.data[0]));
      this.scalars = this.scalars && single;
      this.small = this.small && inline;
      this.empty = this.empty || !value.data.length;
      return this;
    }
    numbers(text) {
      return text.startsWith("none:") || !mentions(text, this.written) ? "" : substitute(text, this.whole, this.scalars);
    }
    example(text) {
      if (this.isProduct) return productExample(text, this.arrays);
      return this.small || this.empty || this.first.has(text) || !this.elementwise ? "" : substitute(text, this.first, true);
    }
  }

  /** The first element of a matrix product, written out. */
  function productExample(text, values) {
    const match = /^(\w+)(ᵀ?) · (\w+)(ᵀ?)$/.exec(text);
    const a = match && values.get(match[1]), b = match && values.get(match[3]);
    if (!a || !b || a.shape.length !== 2 || b.shape.length !== 2 || !a.data.length || !b.data.length) return "";
    const terms = a.shape[match[2] ? 0 : 1], list = [];
    const factor = (v, first) => { const s = number(v); return s[0] === "-" && !first ? "(" + s + ")" : s; };
    for (let k = 0; k < Math.min(terms, 4); k++) {
      const p = a.data[match[2] ? k * a.shape[1] : k], q = b.data[match[4] ? k : k * b.shape[1]];
      list.push(factor(p, k === 0) + "·" + factor(q, false));
    }
    return list.join(" + ") + (terms > 4 ? " + … (" + terms + " terms)" : "");
  }

  const plainName = /^[\p{L}\p{N}_/#]+$/u;
  const factorOf = name => plainName.test(name) || formulaTerm(name).binding === bindings.ATOM ? name : "(" + name + ")";
  const derivative = (y, x) => "∂" + factorOf(y) + "/∂" + factorOf(x);

  return {number, atom, product, numberTerm, formulaTerm, substitute, Terms, inlineText, isInline, derivative, tokens};
})();

// Runs a graph from its leaves and records the run as a trace does: values, gradients, what flows along each edge, and
// the texts beside them. The result has the form of a pass in a trace's JSON.
const engine = (() => {
  const {GraphError, full, of, sumTo} = arrays;
  const {Terms, atom, product, numberTerm, formulaTerm, substitute, derivative} = notation;

  const textOf = (text, attributes) => typeof text === "function" ? text(attributes) : text;
  const symbolsOf = (op, count) => op.symbols || (count === 1 ? ["x"] : count === 2 ? ["a", "b"]
    : Array.from({length: count}, (_, i) => "x" + (i + 1)));

  // ---- Between the arrays of a trace, with texts for what JSON cannot express, and those of the engine
  const read = (dtype, array) => of(dtype, array.shape, array.data.map(v => v === "NaN" || v === null ? NaN : v === "Infinity" ? Infinity : v === "-Infinity" ? -Infinity : v));
  const shown = v => Number.isFinite(v) ? v + 0 : Number.isNaN(v) ? "NaN" : v > 0 ? "Infinity" : "-Infinity";
  const write = array => ({shape: array.shape, data: Array.from(array.data, shown)});

  /** The symbol of a node as a term of a formula. */
  const termOf = node => node.kind === "constant" && /^-?[\d.]+(e-?\d+)?$/.test(node.symbol) ? numberTerm(Number(node.symbol)) : formulaTerm(node.symbol);

  /**
   * Prepares a graph. Nodes are as in a trace, operands before results, with `type` and `attributes` of operations.
   * Wanted are the ids of the nodes that have gradients; the result is the last node.
   */
  function prepare(nodes, wanted) {
    const plans = nodes.map(node => {
      const term = termOf(node);
      if (node.kind !== "operation") return {node, op: null, term, sources: []};
      const op = ops.table[node.type];
      if (!op) throw new GraphError(say("graph.unknown", node.type));
      const attributes = node.attributes || {}, sources = node.operands || node.inputs;
      return {node, op, attributes, term, sources, symbols: symbolsOf(op, sources.length),
        formula: textOf(op.formula, attributes), rules: op.rules.map(rule => textOf(rule, attributes))};
    });
    return {nodes, plans, wanted: new Set(wanted)};
  }

  // The values of operands; those that are no nodes are random masks, in their order.
  function operandsOf(plan, values, masks) {
    let mask = 0;
    return plan.sources.map(id => id >= 0 ? values[id] : masks[plan.node.id][mask++]);
  }

  // Computes the values of all nodes, or of those up to one.
  function forward(graph, leaves, masks, last) {
    const values = [];
    (last === undefined ? graph.plans : graph.plans.slice(0, last + 1)).forEach((plan, id) => {
      if (!plan.op) { values.push(leaves[id]); return; }
      try {
        values.push(plan.op.value(operandsOf(plan, values, masks), plan.attributes));
      } catch (e) {
        if (e instanceof GraphError) e.node = id;
        throw e;
      }
    });
    return values;
  }

  // Walks back from the result; a node's gradient is complete when the walk gets to it.
  function backward(graph, values, masks) {
    const last = graph.nodes.length - 1, gradients = graph.nodes.map(() => null), flows = [];
    gradients[last] = full(values[last], 1);
    for (let id = last; id >= 0; id--) {
      const plan = graph.plans[id], dy = gradients[id];
      if (!dy || !plan.op) continue;
      const operands = operandsOf(plan, values, masks);
      plan.sources.forEach((to, operand) => {
        const rule = plan.op.gradients[operand];
        if (!rule || !graph.wanted.has(to)) return;
        const contribution = rule(values[id], operands, dy, plan.attributes);
        if (!contribution) return;
        const reduced = sumTo(contribution, operands[operand].shape);
        gradients[to] = gradients[to] ? ops.add(gradients[to], reduced) : reduced;
        flows.push({from: id, to, operand, contribution, reduced});
      });
    }
    return {gradients, flows};
  }

  const areScalars = (y, operands) => !y.shape.length && operands.every(x => !x.shape.length);
  const nameOf = (graph, source) => source >= 0 ? graph.plans[source].term : atom("mask");

  function termsOf(graph, plan, y, operands) {
    const terms = new Terms(plan.op.elementwise, plan.node.type === "matmul");
    operands.forEach((operand, i) => terms.put(plan.symbols[i], operand, nameOf(graph, plan.sources[i])));
    const elements = operands.length ? operands[0].data.length : 1;
    if (y.data.length && !plan.symbols.includes("n")) terms.whole.set("n", numberTerm(elements / y.data.length));
    return terms;
  }

  // The operands' names, and other words where a rule's own would be taken for them.
  function namesOf(graph, plan) {
    const names = new Map(plan.sources.map((source, i) => [plan.symbols[i], nameOf(graph, source)]));
    const taken = word => plan.sources.some(id => id >= 0 && graph.nodes[id].symbol === word);
    if (taken("n") && !names.has("n")) names.set("n", atom("count"));
    if (taken("e") && !names.has("e")) names.set("e", atom("ℯ"));
    return names;
  }

  function describeFlow(graph, run, flow) {
    const plan = graph.plans[flow.from], rule = plan.rules[flow.operand], y = run.values[flow.from];
    const operands = operandsOf(plan, run.values, run.masks), scalars = plan.node.shape.length === 0
      && plan.sources.every((id, i) => !operands[i].shape.length);
    const upstream = product(derivative(graph.nodes[graph.nodes.length - 1].symbol, plan.node.symbol));
    const names = namesOf(graph, plan).set("y", plan.term).set("dy", upstream);
    const terms = termsOf(graph, plan, y, operands).put("y", y, plan.term).put("dy", run.gradients[flow.from], upstream);
    const shownPlace = plan.sources.slice(0, flow.operand).filter(id => id >= 0).length;
    const told = {to: flow.to, operand: shownPlace, rule: substitute(rule, names, scalars), value: write(flow.reduced)};
    if (!arrays.sameShape(flow.contribution.shape, flow.reduced.shape)) told.share = write(flow.contribution);
    optional(told, "numbers", terms.numbers(rule));
    optional(told, "example", terms.example(rule));
    if (plan.node.type !== "cast" && (plan.op.elementwise || areScalars(y, operands))) {
      told.local = describeLocal(graph, plan, y, operands, flow.operand, names, scalars);
    }
    return told;
  }

  function describeLocal(graph, plan, y, operands, operand, names, scalars) {
    const one = numberTerm(1), rule = plan.rules[operand].replaceAll(" * dy", "").replaceAll("dy * ", "");
    const terms = termsOf(graph, plan, y, operands).put("y", y, plan.term).put("dy", arrays.scalar("FLOAT64", 1), one);
    const formula = substitute(rule, new Map(names).set("dy", one), scalars), numbers = terms.numbers(rule);
    const local = {formula, value: write(plan.op.gradients[operand](y, operands, full(y, 1), plan.attributes))};
    optional(local, "numbers", numbers === formula ? "" : numbers);
    return local;
  }

  const optional = (object, key, text) => { if (text) object[key] = text; };

  /**
   * Runs once: leaves and masks are arrays by id of the node. Returns all values and gradients, and what a trace tells
   * about them.
   */
  function run(graph, leaves, masks = {}) {
    const values = forward(graph, leaves, masks), last = values[values.length - 1];
    const differentiable = last.dtype !== "INT32" && last.data.length === 1 && graph.wanted.size > 0;
    const {gradients, flows} = differentiable ? backward(graph, values, masks) : {gradients: values.map(() => null), flows: []};
    const told = graph.plans.map((plan, id) => {
      const entry = {value: write(values[id])};
      if (plan.op) {
        const terms = termsOf(graph, plan, values[id], operandsOf(plan, values, masks));
        optional(entry, "numbers", terms.numbers(plan.formula));
        optional(entry, "example", terms.example(plan.formula));
      }
      return entry;
    });
    const back = gradients.map(gradient => ({gradient: gradient && write(gradient)}));
    const users = graph.nodes.map(() => []), all = {values, gradients, masks};
    for (const flow of flows) {
      (back[flow.from].gives = back[flow.from].gives || []).push(describeFlow(graph, all, flow));
      users[flow.to].push(flow.from);
    }
    users.forEach((list, id) => { if (list.length > 1) back[id].order = list; });
    return {values, gradients, forward: told, backward: back};
  }

  return {prepare, run, forward, backward, read, write, textOf, symbolsOf, namesOf, termsOf};
})();

// The language of expressions: L = (tanh(a*b + c) - y)^2. Reads a text into a tree; every mistake has its place.
const language = (() => {
  const LONGEST = 4000, DEEPEST = 60, MOST = 400;

  /** A mistake in a text: where it is, and what is wrong with it. */
  class Mistake extends Error {
    constructor(message, from, to) { super(message); this.from = from; this.to = Math.max(to, from + 1); }
  }

  const isStart = c => /[\p{L}_]/u.test(c) && c !== "ᵀ", isPart = c => /[\p{L}\p{Mn}_0-9₀-₉]/u.test(c) && c !== "ᵀ";
  const signs = ["**", "+", "-", "−", "*", "·", "⊙", "×", "/", "÷", "@", "^", "(", ")", "[", "]", ",", "=", ";", "|", "²", "³", "ᵀ", "√", "'"];

  function tokens(text) {
    if (text.length > LONGEST) throw new Mistake(say("text.longest", LONGEST), LONGEST, text.length);
    const list = [];
    for (let i = 0; i < text.length;) {
      const c = text[i], number = /^(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?/.exec(text.slice(i, i + 40));
      if (c === "\n") { list.push({kind: "sign", text: ";", from: i, to: i + 1, line: true}); i++; continue; }
      if (/\s/.test(c)) { i++; continue; }
      if (c === "#") { while (i < text.length && text[i] !== "\n") i++; continue; }
      let end = i + 1, kind = "sign", value = c;
      if (number) {
        end = i + number[0].length; kind = "number"; value = number[0];
        if (!Number.isFinite(Number(value))) throw new Mistake(say("text.largeNumber"), i, end);
      } else if (text.startsWith(".T", i) && !isPart(text[i + 2] || " ")) { end = i + 2; value = "ᵀ"; }
      else if (isStart(c)) { while (end < text.length && isPart(text[end])) end++; kind = "name"; value = text.slice(i, end); }
      else {
        value = signs.find(sign => text.startsWith(sign, i));
        if (!value) throw new Mistake(say("text.sign", c), i, i + 1);
        end = i + value.length;
      }
      list.push({kind, text: value, from: i, to: end});
      i = end;
    }
    return list;
  }

  /** Reads statements, each an expression with or without a name: [{name, from, to, tree}]. */
  function parse(text) {
    const list = tokens(text);
    let at = 0, depth = 0, count = 0;
    const end = {kind: "end", text: "", from: text.length, to: text.length};
    const peek = (ahead = 0) => list[at + ahead] || end;
    const is = (...texts) => peek().kind === "sign" && texts.includes(peek().text);
    const take = () => list[at++] || end;
    const wrong = (message, token = peek()) => { throw new Mistake(message, Math.min(token.from, Math.max(0, text.length - 1)), token.to); };
    const node = (kind, from, to, more) => {
      if (++count > MOST) wrong(say("text.parts", MOST));
      return {kind, from, to, ...more};
    };
    const named = token => token.kind === "end" ? say("text.end") : "“" + token.text + "”";
    function expect(sign, why) {
      if (!is(sign)) wrong("A “" + sign + "” is missing " + why + (peek().kind === "end" ? "" : " before " + named(peek())));
      return take();
    }
    function nested(read) {
      if (++depth > DEEPEST) wrong(say("text.deep", DEEPEST));
      const tree = read();
      depth--;
      return tree;
    }

    const operators = {"+": "add", "-": "sub", "−": "sub", "*": "mul", "·": "mul", "⊙": "mul", "×": "mul", "/": "div", "÷": "div", "@": "matmul"};
    function chain(next, ...texts) {
      let left = next();
      while (is(...texts)) {
        const sign = take(), right = next();
        left = node("call", left.from, right.to, {name: operators[sign.text], args: [left, right], options: {}});
      }
      return left;
    }
    const sum = () => nested(() => chain(product, "+", "-", "−"));
    const product = () => chain(unary, "*", "·", "⊙", "×", "/", "÷", "@");
    function unary() {
      if (is("+")) { take(); return nested(unary); }
      if (!is("-", "−", "√")) return power();
      const sign = take(), x = nested(unary);
      if (sign.text !== "√" && x.kind === "number" && !x.signed) {
        return node("number", sign.from, x.to, {value: -x.value, signed: true});
      }
      return node("call", sign.from, x.to, {name: sign.text === "√" ? "sqrt" : "neg", args: [x], options: {}});
    }
    function power() {
      const base = postfix();
      if (!is("^", "**")) return base;
      take();
      const exponent = nested(unary);
      return node("call", base.from, exponent.to, {name: "pow", args: [base, exponent], options: {}});
    }
    function postfix() {
      let x = atom();
      while (is("²", "³", "ᵀ", "'")) {
        const sign = take(), three = sign.text === "³";
        const more = three ? {name: "pow", args: [x, node("number", sign.from, sign.to, {value: 3})]}
          : {name: sign.text === "²" ? "square" : "transpose", args: [x]};
        x = node("call", x.from, sign.to, {...more, options: {}});
      }
      const next = peek();
      if (next.kind === "name" || next.kind === "number" || (next.kind === "sign" && next.text === "(")) {
        const left = text.slice(x.from, x.to), short = left.length > 20 ? say("text.left") : left;
        wrong(x.kind === "name" && next.text === "(" ? noFunction(x.name)
          : say("text.between", short, named(next)), x.kind === "name" && next.text === "(" ? x : next);
      }
      return x;
    }
    function atom() {
      const token = peek();
      if (token.kind === "number") { take(); return node("number", token.from, token.to, {value: Number(token.text)}); }
      if (token.kind === "name") {
        take();
        if (token.text === "pi" || token.text === "π") return node("number", token.from, token.to, {value: Math.PI});
        return is("(") && functions.has(token.text) ? call(token) : node("name", token.from, token.to, {name: token.text});
      }
      if (is("(")) {
        take();
        const inside = sum(), close = expect(")", say("text.closeParenthesis"));
        return {...inside, from: token.from, to: close.to, signed: true};
      }
      if (is("|")) {
        take();
        const inside = sum(), close = expect("|", say("text.closeAbsolute"));
        return node("call", token.from, close.to, {name: "abs", args: [inside], options: {}});
      }
      if (is("[")) return array();
      if (token.kind === "end") wrong(text.trim() ? say("text.missingEnd") : say("text.type"));
      return wrong(is(")", "]") ? say("text.closes", named(token)) : say("text.before", named(token)));
    }
    function call(token) {
      take();
      const args = [], options = {};
      if (!is(")")) {
        do {
          if (peek().kind === "name" && peek(1).text === "=") option(options); else args.push(sum());
        } while (is(",") && take());
      }
      const close = expect(")", say("text.afterArguments", token.text));
      return node("call", token.from, close.to, {name: token.text, args, options, called: true});
    }
    function option(options) {
      const key = take();
      take();
      const value = peek(), negative = is("-") && take(), number = take();
      if (!["axis", "keepDims"].includes(key.text)) wrong(say("text.option", key.text), key);
      if (key.text === "keepDims" ? !["true", "false"].includes(number.text) : number.kind !== "number" || !/^\d$/.test(number.text)) {
        wrong(key.text === "axis" ? say("text.axis") : say("text.keepDims"), value);
      }
      options[key.text] = key.text === "axis" ? (negative ? -1 : 1) * Number(number.text) : number.text === "true";
    }
    function array() {
      const open = take(), items = [];
      if (!is("]")) {
        do { items.push(is("[") ? nested(array) : constant()); } while (is(",") && take());
      }
      const close = expect("]", say("text.closeArray"));
      const shapes = items.map(item => item.shape);
      if (shapes.some(s => s.join() !== (shapes[0] || []).join())) wrong(say("text.rows"), {from: open.from, to: close.to});
      return node("array", open.from, close.to, {shape: [items.length, ...(shapes[0] || [])], data: items.flatMap(item => item.data)});
    }
    function constant() {
      const value = unary();
      if (value.kind !== "number") wrong(say("text.array"), value);
      return {shape: [], data: [value.value]};
    }

    const statements = [];
    while (at < list.length) {
      while (is(";")) take();
      if (at >= list.length) break;
      const first = peek(), named = first.kind === "name" && peek(1).text === "=";
      if (named) { take(); take(); }
      const tree = sum();
      if (peek().kind !== "end" && !is(";")) {
        wrong(is("=") ? say("text.assign") : is(")", "]") ? say("text.closes", "“" + peek().text + "”") : say("text.unexpected", peek().text));
      }
      statements.push({name: named ? first.text : null, from: first.from, to: named ? first.to : tree.to, tree});
    }
    if (!statements.length) wrong(say("text.type"));
    return statements;
  }

  // What can be called: how many arguments it takes.
  const functions = new Map(Object.entries({
    tanh: 1, sigmoid: 1, relu: 1, exp: 1, log: 1, ln: 1, sqrt: 1, abs: 1, square: 1, sin: 1, cos: 1, tan: 1, atan: 1, sinh: 1, cosh: 1,
    softplus: 1, softsign: 1, sign: 1, log1p: 1, expm1: 1, neg: 1, transpose: 1, softmax: 1, logSoftmax: 1, logSumExp: 1, sum: 1,
    mean: 1, max: [1, 2], min: [1, 2], maximum: 2, minimum: 2, pow: 2, where: 3, greater: 2, leakyRelu: [1, 2], elu: [1, 2], clip: 3,
    reshape: [2, 6], crossEntropy: 2, softmaxCrossEntropy: 2, sigmoidCrossEntropy: 2, mse: 2, stopGradient: 1, matmul: 2, dot: 2,
  }));

  /** The number of letters to change, add, drop or swap to get from one word to the other. */
  function distance(a, b) {
    const rows = [Array.from({length: b.length + 1}, (_, i) => i)];
    for (let i = 1; i <= a.length; i++) {
      rows.push([i]);
      for (let j = 1; j <= b.length; j++) {
        const change = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
        const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2][j - 2] + 1 : Infinity;
        rows[i].push(Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, change, swap));
      }
    }
    return rows[a.length][b.length];
  }
  const nearest = name => [...functions.keys()].map(f => [distance(name.toLowerCase().slice(0, 30), f.toLowerCase()), f])
    .sort((p, q) => p[0] - q[0]).filter(([d]) => d <= 2).map(([, f]) => f)[0];

  function noFunction(name) {
    const near = nearest(name), start = say("text.function", name.slice(0, 30));
    return start + (near ? say("text.mean", near) : say("text.multiply", name.slice(0, 30)));
  }

  return {parse, Mistake, functions, nearest};
})();

// The rules of optimizers: computes what their words say, in double precision, rounded where a value is kept.
const updates = (() => {
  const words = new Map();

  const apply = {
    add: (a, b) => arrays.zip(a, b, (p, q) => p + q), sub: (a, b) => arrays.zip(a, b, (p, q) => p - q),
    mul: (a, b) => arrays.zip(a, b, (p, q) => p * q), div: (a, b) => arrays.zip(a, b, (p, q) => p / q),
    pow: (a, b) => arrays.zip(a, b, Math.pow), neg: a => arrays.map(a, v => -v), square: a => arrays.map(a, v => v * v),
    sqrt: a => arrays.map(a, Math.sqrt),
  };

  /** The value of a formula such as "β₁ · m + (1 - β₁) · g", with arrays for its words; null if it says more than arithmetic. */
  function evaluate(formula, operands) {
    if (!words.has(formula)) words.set(formula, tree(formula));
    const root = words.get(formula);
    const value = node => node.kind === "number" ? arrays.scalar("FLOAT64", node.value)
      : node.kind === "name" ? operands[node.name] : apply[node.name](...node.args.map(value));
    return root && value(root);
  }

  function tree(formula) {
    try {
      const root = language.parse(formula)[0].tree;
      const known = node => node.kind === "number" || node.kind === "name" || (node.kind === "call" && apply[node.name] && node.args.every(known));
      return known(root) ? root : null;
    } catch (e) {
      return null;
    }
  }

  const double = x => ({dtype: "FLOAT64", shape: x.shape, data: Float64Array.from(x.data)});

  /**
   * Computes an update again.
   *
   * @param update the update as the trace has it
   * @param before the variable, `gradient` its gradient, and `memories` what the optimizer remembered, as arrays
   * @returns {equations, after, memory} as arrays, or null if a word cannot be computed
   */
  function run(update, before, gradient, memories) {
    const equations = [], memory = memories.slice();
    for (const equation of update.equations) {
      if (!equation.words) return null;
      const operands = {};
      for (const [word, {from, index, value}] of Object.entries(equation.operands)) {
        const operand = from === "before" ? before : from === "gradient" ? gradient : from === "memory" ? memories[index]
          : from === "equation" ? equations[index] : value && value.data ? engine.read("FLOAT64", value) : null;
        if (!operand) return null;
        operands[word] = double(operand);
      }
      const result = evaluate(equation.words, operands);
      if (!result) return null;
      const rounded = arrays.of(before.dtype, result.shape, result.data);
      equations.push(rounded);
      if (equation.memory !== undefined) memory[equation.memory] = arrays.broadcastTo(rounded, memories[equation.memory].shape);
    }
    return {equations, after: arrays.broadcastTo(equations[equations.length - 1], before.shape), memory};
  }

  return {run, evaluate};
})();

// Computes the runs of a trace again, from other leaves: edits are arrays by "pass:id".
const replay = (() => {
  const leafKinds = new Set(["placeholder", "variable", "constant"]);

  /** Prepares a trace. Where it cannot be computed again, `reason` says why, and there is no graph. */
  function prepare(data) {
    const none = reason => ({data, reason});
    const pass = data.passes[0];
    if (data.nodes.length > 3000) return none(say("live.tooMany", 3000));
    for (const p of data.passes) {
      const cut = p.forward.findIndex(f => !f.value.data);
      if (cut >= 0) return none(say("live.cut", data.nodes[cut].label));
    }
    for (const node of data.nodes) {
      if (node.kind === "operation" && !node.type) return none(say("live.old"));
      if (node.kind === "operation" && !ops.table[node.type]) return none(say("live.unknown", node.type));
      const hidden = node.operands ? node.operands.filter(id => id < 0).length : 0;
      if (hidden && !(pass.forward[node.id].masks || []).every(mask => mask.data)) return none(say("live.mask"));
    }
    const wanted = data.nodes.filter(node => pass.backward[node.id].gradient).map(node => node.id);
    const nodes = data.nodes.map((node, id) => ({...node, shape: pass.forward[id].value.shape}));
    return {data, graph: engine.prepare(nodes, wanted), updatable: data.passes.every(p => p.updates.every(canUpdate))};
  }

  const canUpdate = u => u.equations.every(e => e.words && Object.values(e.operands).every(o => o.from !== "value" || o.value.data))
    && [u.before, u.after, ...u.memory.flatMap(m => [m.before, m.after])].every(a => a.data);

  function leavesOf(prepared, number, edits, variables) {
    return prepared.data.nodes.map(node => {
      if (!leafKinds.has(node.kind)) return null;
      return edits.get(number + ":" + node.id) || variables.get(node.id)
        || engine.read(node.dtype, prepared.data.passes[number].forward[node.id].value);
    });
  }

  function masksOf(prepared, number) {
    const masks = {};
    prepared.data.passes[number].forward.forEach((f, id) => {
      if (f.masks) masks[id] = f.masks.map(mask => engine.read(prepared.data.nodes[id].dtype, mask));
    });
    return masks;
  }

  /** Returns the passes of the trace with these edits. What a variable has become in one pass it is in the next. */
  function run(prepared, edits) {
    const variables = new Map(), remembered = new Map(), {data, graph} = prepared;
    return data.passes.map((recorded, number) => {
      const leaves = leavesOf(prepared, number, edits, variables);
      const result = engine.run(graph, leaves, masksOf(prepared, number));
      const backward = result.backward.map((b, id) => recorded.backward[id].reason ? {...b, reason: recorded.backward[id].reason} : b);
      const changed = recorded.updates.map((update, i) => updateOf(prepared, update, i, result, leaves, remembered));
      changed.forEach((update, i) => {
        if (update && recorded.updates[i].node >= 0) variables.set(recorded.updates[i].node, update.next);
      });
      return {...recorded, forward: result.forward.map((f, id) => ({...f, masks: recorded.forward[id].masks})), backward,
        updates: recorded.updates.map((update, i) => changed[i] ? changed[i].told : {...update, stale: true})};
    });
  }

  function updateOf(prepared, update, i, result, leaves, remembered) {
    const node = prepared.data.nodes[update.node];
    if (!canUpdate(update)) return null;
    const dtype = node ? node.dtype : "FLOAT32", key = "update" + i;
    const memories = remembered.get(key) || update.memory.map(m => engine.read(dtype, m.before));
    const before = node ? leaves[node.id] : remembered.get(key + "own") || engine.read(dtype, update.before);
    const gradient = node ? result.gradients[node.id] : null;
    const next = updates.run(update, before, gradient, memories);
    if (!next) return null;
    remembered.set(key, next.memory);
    remembered.set(key + "own", next.after);
    const told = {...update, before: engine.write(before), gradient: update.gradient && gradient ? engine.write(gradient) : update.gradient,
      after: engine.write(next.after), memory: update.memory.map((m, k) => ({...m, before: engine.write(memories[k]), after: engine.write(next.memory[k])})),
      equations: update.equations.map((e, k) => equationOf(e, next.equations[k], before, gradient, memories, next.equations))};
    return {told, next: next.after};
  }

  // The equation with its new numbers. Where the optimizer has no rule in words, the words are v1, v2 and so on.
  function equationOf(equation, value, before, gradient, memories, results) {
    const terms = new notation.Terms(true, false), words = Object.entries(equation.operands);
    for (const [word, {from, index, name, value: given}] of words) {
      const array = from === "before" ? before : from === "gradient" ? gradient : from === "memory" ? memories[index]
        : from === "equation" ? results[index] : engine.read("FLOAT64", given);
      terms.put(word, array, name ? notation.formulaTerm(name) : notation.atom(word));
    }
    const told = {...equation, value: engine.write(value)}, graph = words.every(([word]) => /^v\d+$/.test(word));
    const text = graph ? equation.words.replaceAll("·", "*") : equation.words, small = notation.isInline(before);
    if (graph) for (const [word, array] of terms.arrays) if (array.shape.length) terms.whole.set(word, notation.atom(notation.inlineText(array)));
    const numbers = graph ? (small ? notation.substitute(text, terms.whole, !before.shape.length) : "") : terms.numbers(text);
    const example = graph ? (small || !before.data.length ? "" : notation.substitute(text, terms.first, true)) : terms.example(text);
    delete told.numbers;
    delete told.example;
    if (numbers) told.numbers = numbers;
    if (example) told.example = example;
    return told;
  }

  return {prepare, run};
})();

// Makes a graph of an expression, in the form of a trace: names in the text are leaves, calls are operations.
const expressions = (() => {
  const {GraphError, shapeText, of, sizeOf} = arrays;
  const {Mistake} = language;
  const NUMBERS = [2, -3, 1, 0.5, -1, 1.5, -2, 3], ELEMENTS = [1, -0.5, 0.25, 0.75, -1, 0.5, 2, -0.25];
  const isData = name => /^[xyXYt][0-9₀-₉]*$/.test(name) || /^(target|label|mask)/.test(name);
  const isUpper = name => /^\p{Lu}/u.test(name);
  const same = {ln: "log", dot: "matmul", crossEntropy: "softmaxCrossEntropy"};

  class Builder {
    constructor(given) {
      Object.assign(this, {given, nodes: [], values: [], names: new Map(), leaves: new Map(), unnamed: 0});
    }

    add(node, value) {
      node.id = this.nodes.length;
      this.nodes.push(node);
      this.values.push(value);
      return node.id;
    }

    leaf(name, shape, from, to, oneHot) {
      if (this.leaves.has(name)) return this.leaves.get(name);
      const count = this.leaves.size, chosen = this.given.get(name);
      const values = Array.from({length: sizeOf(shape)}, (_, i) => oneHot ? (i % shape[shape.length - 1] === 0 ? 1 : 0)
        : shape.length ? ELEMENTS[(i + count) % ELEMENTS.length] : NUMBERS[count % NUMBERS.length]);
      const value = chosen || of("FLOAT64", shape, values);
      const id = this.add({kind: isData(name) ? "placeholder" : "variable", title: name, inputs: [], op: "", from, to}, value);
      this.leaves.set(name, id);
      return id;
    }

    constant(value, shape, data, from, to) {
      const title = shape.length ? notation.inlineText({shape, data}) : notation.number(value);
      return this.add({kind: "constant", title, inputs: [], op: "", from, to, unnamed: true}, of("FLOAT64", shape, data));
    }

    operation(type, inputs, attributes, tree) {
      const op = ops.table[type], given = Object.keys(attributes);
      let value;
      try {
        value = op.value(inputs.map(id => this.values[id]), attributes);
      } catch (e) {
        if (e instanceof GraphError) throw new Mistake(e.message[0].toUpperCase() + e.message.slice(1), tree.from, tree.to);
        throw e;
      }
      if (value.data.length > 10000) throw new Mistake(say("text.numbers"), tree.from, tree.to);
      const text = key => Array.isArray(attributes[key]) ? "[" + attributes[key].join(", ") + "]" : attributes[key];
      return this.add({kind: "operation", type, attributes, inputs, from: tree.from, to: tree.to,
        op: [type, given.map(key => attributes[key] === true ? key : key + "=" + text(key)).join(", ")].join(" ").trim()}, value);
    }

    // The node of a tree. A name without a value waits until its neighbour says what shape it needs.
    read(tree) {
      if (tree.kind === "number") return this.constant(tree.value, [], [tree.value], tree.from, tree.to);
      if (tree.kind === "array") return this.constant(NaN, tree.shape, tree.data, tree.from, tree.to);
      if (tree.kind === "name") return this.isKnown(tree) ? this.named(tree) : this.leaf(tree.name, [], tree.from, tree.to);
      return this.call(tree);
    }
    isKnown(tree) { return tree.kind !== "name" || this.names.has(tree.name) || this.leaves.has(tree.name) || this.given.has(tree.name); }
    named(tree) {
      if (this.names.has(tree.name)) return this.names.get(tree.name);
      const chosen = this.given.get(tree.name);
      return this.leaf(tree.name, chosen ? chosen.shape : [], tree.from, tree.to);
    }

    call(tree) {
      const type = same[tree.name] || tree.name, wanted = language.functions.get(tree.name);
      let args = tree.args;
      if (tree.called) {
        const [least, most] = Array.isArray(wanted) ? wanted : [wanted, wanted];
        if (args.length < least || args.length > most) {
          const need = least === most ? least : say("array.range", least, most);
          throw new Mistake(say(need === 1 ? "text.argument" : "text.arguments", tree.name, need, args.length), tree.from, tree.to);
        }
      }
      const numbers = [];
      if (type === "reshape" || type === "clip" || ((type === "leakyRelu" || type === "elu") && args.length > 1)) {
        for (const arg of args.slice(1)) {
          if (arg.kind !== "number") throw new Mistake(say("text.number"), arg.from, arg.to);
          numbers.push(arg.value);
        }
        args = args.slice(0, 1);
      }
      const ids = this.operands(type, args);
      return this.make(type, ids, numbers, tree);
    }

    // Operands in the order of the text; those whose shape is open come after those that say what it is.
    operands(type, args) {
      const ids = args.map(arg => this.isKnown(arg) ? this.read(arg) : -1);
      return ids.map((id, i) => {
        if (id >= 0) return id;
        if (this.isKnown(args[i])) return this.read(args[i]);
        const other = ids.find((o, k) => k !== i && o >= 0), shape = other === undefined ? null : this.values[other].shape;
        return this.leaf(args[i].name, this.guess(type, i, shape, args[i].name), args[i].from, args[i].to, type === "softmaxCrossEntropy" && i === 1);
      });
    }

    guess(type, place, other, name) {
      if (type === "matmul") {
        if (place === 0) return other ? [2, other[Math.max(0, other.length - 2)] || 1] : isUpper(name) && isData(name) ? [4, 3] : [2, 3];
        const inner = other && other.length ? other[other.length - 1] : 3;
        return isUpper(name) || (other && other.length === 1) ? [inner, 2] : [inner];
      }
      if (/CrossEntropy|mse/.test(type)) return other || [3];
      if (/softmax|Softmax|logSumExp|^sum$|^mean$|^transpose$/.test(type) && !other) return type === "transpose" ? [2, 3] : [3];
      if (!other || !other.length) return [];
      if (isUpper(name) || isData(name)) return other;
      return type === "add" ? other.slice(-1) : [];
    }

    make(type, ids, numbers, tree) {
      const [x] = ids, shape = this.values[x].shape, o = tree.options || {}, axes = o.axis === undefined ? {} : {axes: [o.axis]};
      const keep = o.keepDims ? {keepDims: true} : {};
      switch (type) {
        case "sum": case "mean": case "logSumExp": return this.operation(type, ids, {...axes, ...keep}, tree);
        case "max": case "min": return ids.length === 2 ? this.operation(type + "imum", ids, {}, tree) : this.operation(type, ids, {...axes, ...keep}, tree);
        case "softmax": case "logSoftmax": return this.operation(type, ids, o.axis === undefined ? {} : {axis: o.axis}, tree);
        case "transpose": {
          if (shape.length !== 2) throw new Mistake(say("text.transpose", shapeText(shape)), tree.from, tree.to);
          return this.operation(type, ids, {permutation: [1, 0]}, tree);
        }
        case "reshape": return this.operation(type, ids, {dims: numbers}, tree);
        case "clip": return this.operation(type, ids, {low: numbers[0], high: numbers[1]}, tree);
        case "leakyRelu": return this.operation(type, ids, {slope: numbers.length ? numbers[0] : 0.01}, tree);
        case "elu": return this.operation(type, ids, {alpha: numbers.length ? numbers[0] : 1}, tree);
        case "mse": return this.operation("mean", [this.operation("square", [this.operation("sub", ids, {}, tree)], {}, tree)], {}, tree);
        case "pow": return this.nodes[ids[1]].kind === "constant" && this.values[ids[1]].data[0] === 2 && !this.values[ids[1]].shape.length
          ? this.square(x, ids[1], tree) : this.operation(type, ids, {}, tree);
        case "matmul": return this.product(ids, tree);
        default: return this.operation(type, ids, {}, tree);
      }
    }

    // The exponent of a square is part of the operation.
    square(x, exponent, tree) {
      if (exponent === this.nodes.length - 1) { this.nodes.pop(); this.values.pop(); }
      return this.operation("square", [x], {}, tree);
    }

    product([a, b], tree) {
      const p = this.values[a].shape, q = this.values[b].shape;
      if (!p.length || !q.length) throw new Mistake(say("text.matmul"), tree.from, tree.to);
      const left = p.length === 1 ? this.operation("expandDims", [a], {axis: 0}, tree) : a;
      const right = q.length === 1 ? this.operation("expandDims", [b], {axis: 1}, tree) : b;
      let id = this.operation("matmul", [left, right], {}, tree);
      if (q.length === 1) id = this.operation("squeeze", [id], {axes: [-1]}, tree);
      return p.length === 1 ? this.operation("squeeze", [id], {axes: [q.length === 1 ? -1 : -2]}, tree) : id;
    }
  }

  // Names as dev.autodiff.formula.Names gives them; what has no name is called by its formula, if that is short.
  function label(builder) {
    const terms = [];
    let letters = 0;
    const seen = new Map(), titles = [];
    builder.nodes.forEach((node, id) => {
      if (node.kind === "operation") {
        const op = ops.table[node.type], scalars = !builder.values[id].shape.length && node.inputs.every(i => !builder.values[i].shape.length);
        const symbols = engine.symbolsOf(op, node.inputs.length), words = new Map(node.inputs.map((input, i) => [symbols[i], terms[input]]));
        node.formula = notation.substitute(engine.textOf(op.formula, node.attributes), words, scalars);
        if (!node.title) node.title = node.formula.length <= 16 && !/another shape/.test(node.formula) ? node.formula : "u" + ++letters;
      } else node.formula = "";
      const uses = (seen.get(node.title) || 0) + 1;
      seen.set(node.title, uses);
      titles.push([node.title, uses]);
      terms.push(node.unnamed && !builder.values[id].shape.length ? notation.numberTerm(builder.values[id].data[0])
        : notation.formulaTerm(uses > 1 ? node.title + "#" + uses : node.title));
    });
    builder.nodes.forEach((node, id) => {
      const [title, number] = titles[id], many = seen.get(title) > 1 && node.kind !== "constant";
      node.symbol = many && number === 1 ? title : terms[id].text;
      node.label = (many && number > 1 ? title + "#" + number : title).replaceAll("/", "∕");
      node.name = node.label;
    });
  }

  /**
   * Builds the graph of a text.
   *
   * @param given the values of leaves, arrays by name; others get small numbers of a shape that fits
   * @returns {nodes, leaves} with `value` in each node, the result last
   * @throws Mistake where the text or a shape is wrong
   */
  function build(text, given) {
    const statements = language.parse(text), builder = new Builder(given);
    statements.forEach((statement, i) => {
      const last = i === statements.length - 1, name = statement.name || (last ? freeName(statements, text) : null);
      if (name && (builder.names.has(name) || builder.leaves.has(name))) {
        throw new Mistake(say("text.taken", name), statement.from, statement.to);
      }
      const before = builder.nodes.length, id = builder.read(statement.tree);
      if (!name) return;
      if (id >= before && builder.nodes[id].kind === "operation") builder.nodes[id].title = name;
      else if (last) throw new Mistake(say("text.nothing"), statement.tree.from, statement.tree.to);
      builder.names.set(name, id);
    });
    keepNeeded(builder);
    label(builder);
    const nodes = builder.nodes.map((node, id) => ({id, ...node, dtype: "FLOAT64", shape: builder.values[id].shape,
      source: text.slice(node.from, node.to), value: builder.values[id]}));
    return {nodes};
  }

  const freeName = (statements, text) => ["L", "out", "result"].find(name => !new RegExp("(^|[^\\p{L}_])" + name + "([^\\p{L}_0-9]|$)", "u").test(text)) || "out#";

  // The result stands last, and what it does not need is left out.
  function keepNeeded(builder) {
    const needed = new Set([builder.nodes.length - 1]);
    for (let id = builder.nodes.length - 1; id >= 0; id--) if (needed.has(id)) builder.nodes[id].inputs.forEach(i => needed.add(i));
    const kept = builder.nodes.map((_, id) => id).filter(id => needed.has(id)), place = new Map(kept.map((id, k) => [id, k]));
    builder.nodes = kept.map(id => ({...builder.nodes[id], inputs: builder.nodes[id].inputs.map(i => place.get(i))}));
    builder.nodes.forEach((node, k) => { node.id = k; });
    builder.values = kept.map(id => builder.values[id]);
  }

  return {build, isData};
})();

// Optimizers as their rules in words, as dev.autodiff.nn.optimizer writes them; and traces of graphs that they train.
const optimizers = (() => {
  const table = {
    sgd: {memory: [], numbers: {"η": 0.1}, lines: [["w", "w - η · g"]]},
    momentum: {memory: ["v"], numbers: {"η": 0.1, "μ": 0.9}, lines: [["v", "μ · v + g"], ["w", "w - η · v"]]},
    nesterov: {memory: ["v"], numbers: {"η": 0.1, "μ": 0.9}, lines: [["v", "μ · v + g"], ["w", "w - η · (g + μ · v)"]]},
    adam: {memory: ["m", "v"], numbers: {"η": 0.1, "β₁": 0.9, "β₂": 0.999, "ε": 1e-8}, lines: [["m", "β₁ · m + (1 - β₁) · g"],
      ["v", "β₂ · v + (1 - β₂) · g²"], ["m̂", "m / (1 - β₁^t)"], ["v̂", "v / (1 - β₂^t)"], ["w", "w - η · m̂ / (√v̂ + ε)"]]},
    rmsProp: {memory: ["s"], numbers: {"η": 0.01, "ρ": 0.9, "ε": 1e-10}, lines: [["s", "ρ · s + (1 - ρ) · g²"], ["w", "w - η · g / (√s + ε)"]]},
    adagrad: {memory: ["s"], numbers: {"η": 0.1, "ε": 1e-10}, lines: [["s", "s + g²"], ["w", "w - η · g / (√s + ε)"]]},
  };

  const origin = (rule, numbers, line, word, t) => {
    const earlier = rule.lines.slice(0, line).findIndex(([symbol]) => symbol === word);
    if (word === "w") return {from: "before"};
    if (word === "g") return {from: "gradient"};
    if (earlier >= 0) return {from: "equation", index: earlier};
    if (rule.memory.includes(word)) return {from: "memory", index: rule.memory.indexOf(word)};
    return {from: "value", value: {shape: [], data: [word === "t" ? t : numbers[word]]}};
  };
  const wordsOf = formula => [...new Set(notation.tokens(formula).map(t => t.text).filter(t => /^\p{L}/u.test(t)))];

  const prepared = new Map();
  /** The equations of a rule with their operands; only t, the number of the step, differs from step to step. */
  function equationsOf(name, numbers, t) {
    const key = name + JSON.stringify(numbers), rule = table[name];
    if (!prepared.has(key)) {
      if (prepared.size > 50) prepared.clear();
      prepared.set(key, rule.lines.map(([symbol, words], line) => ({words, memory: rule.memory.includes(symbol) ? rule.memory.indexOf(symbol) : undefined,
        operands: Object.fromEntries(wordsOf(words).map(word => [word, origin(rule, numbers, line, word, t)]))})));
    }
    for (const equation of prepared.get(key)) if (equation.operands.t) equation.operands.t.value.data[0] = t;
    return prepared.get(key);
  }

  // An update as a trace has it, with numbers still to be computed.
  function skeleton(name, numbers, node, t) {
    const rule = table[name], zeros = {shape: node.shape, data: node.value.data.map(() => 0)}, value = engine.write(node.value);
    const shown = node.symbol, names = new Map(shown === "w" ? [] : [["w", notation.formulaTerm(shown)]]);
    if (shown !== "w" && !names.has(shown)) names.set(shown, notation.atom(shown + "." + name));
    const equations = rule.lines.map(([symbol, words], line) => {
      const operands = {};
      for (const word of wordsOf(words)) {
        operands[word] = origin(rule, numbers, line, word, t);
        if (names.has(word)) operands[word].name = names.get(word).text;
      }
      const last = line === rule.lines.length - 1, formula = notation.substitute(words, names, !node.shape.length);
      return {symbol: last ? shown : names.has(symbol) ? names.get(symbol).text : symbol, formula, words, operands,
        ...(rule.memory.includes(symbol) ? {memory: rule.memory.indexOf(symbol)} : {}), value};
    });
    return {variable: shown, node: node.id, before: value, gradient: value, rule: "", after: value, equations,
      memory: rule.memory.map(slot => ({name: shown + "/" + slot, before: engine.write(zeros), after: engine.write(zeros)}))};
  }

  /** The frames of a trace, in the order in which they are shown. */
  function stepsOf(nodes, passes) {
    return passes.flatMap(({number: pass, backward, updates}) => {
      const operations = nodes.filter(n => n.kind === "operation").map(n => n.id), last = nodes.length - 1;
      const back = backward[last].gradient ? [{pass, phase: "seed", index: last},
        ...operations.filter(id => backward[id].gradient).reverse().map(index => ({pass, phase: "backward", index}))] : [];
      return [{pass, phase: "given", index: -1}, ...operations.map(index => ({pass, phase: "forward", index})), ...back,
        ...updates.map((_, index) => ({pass, phase: "update", index}))];
    });
  }

  const flowsTo = (nodes, leaves) => {
    const depends = new Set(leaves);
    for (const node of nodes) {
      if (node.kind === "operation" && node.inputs.some((input, i) => depends.has(input) && ops.table[node.type].gradients[i])) depends.add(node.id);
    }
    return depends;
  };

  /**
   * Makes a trace of a graph of expressions: its gradients if the result is one number, and training steps.
   *
   * @param training the optimizer, its numbers and how many steps it makes: {name, numbers, steps}
   */
  function trace(nodes, training) {
    const result = nodes[nodes.length - 1], scalar = result.value.data.length === 1;
    const leaves = nodes.filter(n => n.kind === "variable" || n.kind === "placeholder").map(n => n.id);
    const wanted = scalar ? flowsTo(nodes, leaves) : new Set(), values = nodes.map(n => engine.write(n.value));
    const trained = scalar && wanted.has(result.id) ? nodes.filter(n => n.kind === "variable") : [];
    const passes = Array.from({length: trained.length ? training.steps : 1}, (_, i) => ({number: i + 1,
      forward: values.map(value => ({value})),
      backward: nodes.map((n, id) => ({gradient: wanted.has(id) ? values[id] : null,
        ...(wanted.has(id) ? {} : {reason: n.kind === "constant" ? say("reason.constant") : say("reason.none")})})),
      updates: trained.map(node => skeleton(training.name, {...table[training.name].numbers, ...training.numbers}, node, i + 1))}));
    const bare = nodes.map(({value, ...node}) => node);
    const made = {format: "autodiff-trace", version: 2, result: result.id, nodes: bare, passes};
    made.passes = replay.run(replay.prepare(made), new Map());
    made.steps = stepsOf(nodes, made.passes);
    return made;
  }

  return {table, trace, stepsOf, flowsTo, equationsOf};
})();

// Places nodes in layers, as the Java class LayeredLayout does: longest paths, medians against crossings, then
// positions by least squares with the order as constraint. Edges that would close a circle count as turned round.
function layeredLayout(sizes, edges, right, layerGap) {
  const MOST_PIECES = 20000, NODE_GAP = 22, PIECE_GAP = 12, MARGIN = 24;
  const n = sizes.length;
  const along = sizes.map(s => right ? s.w : s.h), across = sizes.map(s => right ? s.h : s.w);
  const turned = backEdges(n, edges);
  const ends = edges.map((e, i) => turned[i] ? [e[1], e[0]] : [e[0], e[1]]);
  const layer = assignLayers(n, ends);
  const pieces = cutEdges(layer, ends);
  const segments = [];
  ends.forEach(([u, v], e) => {
    const uncut = pieces[e].length !== layer[v] - layer[u] - 1;
    let at = u;
    for (const p of pieces[e]) { segments.push([at, p]); at = p; }
    if (!uncut) segments.push([at, v]);
  });
  const total = layer.length;
  while (along.length < total) { along.push(0); across.push(0); }
  const before = Array.from({length: total}, () => []), after = Array.from({length: total}, () => []);
  for (const [u, v] of segments) { after[u].push(v); before[v].push(u); }
  const order = orderLayers();
  const position = straighten();
  const starts = [], thick = [];
  let at = MARGIN;
  order.forEach((list, k) => {
    thick[k] = list.reduce((most, v) => Math.max(most, along[v]), 0);
    starts[k] = at;
    at += thick[k] + layerGap;
  });
  const length = at - layerGap + MARGIN;
  const breadth = position.reduce((most, p, v) => Math.max(most, p + across[v] / 2), 0) + 2 * MARGIN;
  const boxes = sizes.map((s, v) => {
    const main = starts[layer[v]] + (thick[layer[v]] - along[v]) / 2, cross = MARGIN + position[v] - across[v] / 2;
    return right ? {x: main, y: cross, w: s.w, h: s.h} : {x: cross, y: main, w: s.w, h: s.h};
  });
  return {boxes, routes: routeEdges(), right, width: right ? length : breadth, height: right ? breadth : length};

  function backEdges(count, list) {
    const out = Array.from({length: count}, () => []);
    list.forEach(([u], e) => out[u].push(e));
    const state = new Uint8Array(count), back = new Uint8Array(list.length);
    for (let root = 0; root < count; root++) {
      if (state[root]) continue;
      const stack = [[root, 0]];
      state[root] = 1;
      while (stack.length) {
        const top = stack[stack.length - 1];
        if (top[1] === out[top[0]].length) { state[top[0]] = 2; stack.pop(); continue; }
        const e = out[top[0]][top[1]++], v = list[e][1];
        if (state[v] === 1) back[e] = 1;
        else if (!state[v]) { state[v] = 1; stack.push([v, 0]); }
      }
    }
    return back;
  }

  function assignLayers(count, list) {
    const ins = Array.from({length: count}, () => []), outs = Array.from({length: count}, () => []);
    const waiting = new Int32Array(count);
    for (const [u, v] of list) { outs[u].push(v); ins[v].push(u); waiting[v]++; }
    const sorted = [];
    for (let v = 0; v < count; v++) if (!waiting[v]) sorted.push(v);
    for (let i = 0; i < sorted.length; i++) for (const v of outs[sorted[i]]) if (--waiting[v] === 0) sorted.push(v);
    const at = new Array(count).fill(0);
    const earliest = v => ins[v].reduce((most, u) => Math.max(most, at[u] + 1), 0);
    for (const v of sorted) at[v] = earliest(v);
    for (let round = 0; round < 6; round++) {
      for (let i = count - 1; i >= 0; i--) {
        const v = sorted[i];
        if (outs[v].length && outs[v].length > ins[v].length) {
          at[v] = outs[v].reduce((least, w) => Math.min(least, at[w]), Infinity) - 1;
        }
      }
      for (const v of sorted) if (outs[v].length && ins[v].length > outs[v].length) at[v] = earliest(v);
    }
    const first = at.reduce((least, l) => Math.min(least, l), Infinity);
    return at.map(l => l - first);
  }

  function cutEdges(layers, list) {
    const cut = list.map(() => []);
    const bySpan = list.map((_, e) => e).sort((a, b) =>
      layers[list[a][1]] - layers[list[a][0]] - layers[list[b][1]] + layers[list[b][0]]);
    let made = 0;
    for (const e of bySpan) {
      const from = layers[list[e][0]], to = layers[list[e][1]];
      if (made + to - from - 1 > MOST_PIECES) continue;
      for (let l = from + 1; l < to; l++) { cut[e].push(layers.length); layers.push(l); made++; }
    }
    return cut;
  }

  function orderLayers() {
    const lists = [];
    layer.forEach(l => { while (lists.length <= l) lists.push([]); });
    const seen = new Uint8Array(total), place = new Int32Array(total);
    for (let root = 0; root < total; root++) {
      if (after[root].length) continue;
      const open = [root];
      while (open.length) {
        const v = open.pop();
        if (seen[v]) continue;
        seen[v] = 1;
        lists[layer[v]].push(v);
        for (let i = before[v].length - 1; i >= 0; i--) open.push(before[v][i]);
      }
    }
    const number = list => list.forEach((v, i) => { place[v] = i; });
    lists.forEach(number);
    const count = () => {
      lists.forEach(number);
      let crossings = 0;
      for (let k = 0; k + 1 < lists.length; k++) {
        const tree = new Int32Array(lists[k + 1].length + 1);
        let passed = 0;
        for (const v of lists[k]) {
          const to = after[v].map(w => place[w]).sort((a, b) => a - b);
          for (const t of to) {
            let notRight = 0;
            for (let i = t + 1; i > 0; i -= i & -i) notRight += tree[i];
            crossings += passed - notRight;
          }
          for (const t of to) { for (let i = t + 1; i < tree.length; i += i & -i) tree[i]++; passed++; }
        }
      }
      return crossings;
    };
    const pairs = (side, a, b) => {
      let c = 0;
      for (const u of side[a]) for (const w of side[b]) if (place[u] > place[w]) c++;
      return c;
    };
    let best = lists.map(list => list.slice()), fewest = count();
    const sweeps = total > 4000 ? 6 : 16;
    for (let sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
      const side = sweep % 2 ? after : before;
      for (let k = 1; k < lists.length; k++) {
        const list = lists[sweep % 2 ? lists.length - 1 - k : k];
        const key = new Map(list.map((v, i) => {
          const near = side[v].map(u => place[u]).sort((a, b) => a - b), m = near.length >> 1;
          return [v, near.length === 0 ? i : near.length % 2 ? near[m] : (near[m - 1] + near[m]) / 2];
        }));
        list.sort((a, b) => key.get(a) - key.get(b));
        number(list);
      }
      for (let round = 0, better = total <= 4000; better && round < 8; round++) {
        better = false;
        for (const list of lists) {
          for (let i = 0; i + 1 < list.length; i++) {
            const a = list[i], b = list[i + 1];
            if (pairs(before, b, a) + pairs(after, b, a) < pairs(before, a, b) + pairs(after, a, b)) {
              list[i] = b; list[i + 1] = a; place[a] = i + 1; place[b] = i; better = true;
            }
          }
        }
      }
      const now = count();
      if (now < fewest) { fewest = now; best = lists.map(list => list.slice()); }
    }
    return best;
  }

  function straighten() {
    const pos = new Array(total).fill(0);
    const gap = (a, b) => (across[a] + across[b]) / 2 + (a >= n || b >= n ? PIECE_GAP : NODE_GAP);
    for (const list of order) {
      let p = 0;
      list.forEach((v, i) => { p += i ? gap(list[i - 1], v) : 0; pos[v] = p; });
      for (const v of list) pos[v] -= p / 2;
    }
    const settle = (list, sides) => {
      const offset = [], blocks = [];
      list.forEach((v, i) => {
        offset[i] = i ? offset[i - 1] + gap(list[i - 1], v) : 0;
        let weight = 0, sum = 0;
        for (const side of sides) {
          for (const u of side[v]) { const w = u >= n && v >= n ? 6 : 1; weight += w; sum += w * pos[u]; }
        }
        if (!weight) { weight = 0.01; sum = 0.01 * pos[v]; }
        sum -= weight * offset[i];
        while (blocks.length && blocks[blocks.length - 1].sum / blocks[blocks.length - 1].weight >= sum / weight) {
          const b = blocks.pop();
          sum += b.sum; weight += b.weight;
        }
        blocks.push({sum, weight, end: i});
      });
      let i = 0;
      for (const b of blocks) for (; i <= b.end; i++) pos[list[i]] = b.sum / b.weight + offset[i];
    };
    const sweeps = total > 8000 ? 6 : 10;
    for (let s = 0; s < sweeps; s++) {
      const both = s >= sweeps / 2;
      for (let k = 0; k < order.length; k++) settle(order[k], both ? [before, after] : [before]);
      for (let k = order.length - 1; k >= 0; k--) settle(order[k], both ? [after, before] : [after]);
    }
    let least = Infinity;
    for (const list of order) if (list.length) least = Math.min(least, pos[list[0]] - across[list[0]] / 2);
    return pos.map(p => p - least);
  }

  function routeEdges() {
    const ports = [0, 1].map(end => {
      const port = new Array(ends.length), at = new Map();
      ends.forEach((e, i) => { if (!at.has(e[end])) at.set(e[end], []); at.get(e[end]).push(i); });
      const far = e => position[pieces[e].length ? pieces[e][end ? pieces[e].length - 1 : 0] : ends[e][1 - end]];
      for (const [v, list] of at) {
        list.sort((a, b) => far(a) - far(b));
        list.forEach((e, i) => {
          const share = list.length === 1 ? 0 : (i / (list.length - 1) - 0.5) * Math.min(0.6, 0.2 * list.length);
          port[e] = position[v] + share * across[v];
        });
      }
      return port;
    });
    return ends.map(([u, v], e) => {
      const route = [[starts[layer[u]] + (thick[layer[u]] + along[u]) / 2, ports[0][e]]];
      for (const p of pieces[e]) {
        route.push([starts[layer[p]], position[p]], [starts[layer[p]] + thick[layer[p]], position[p]]);
      }
      route.push([starts[layer[v]] + (thick[layer[v]] - along[v]) / 2, ports[1][e]]);
      if (turned[e]) route.reverse();
      return route.map(([m, c]) => right ? [m, c + MARGIN] : [c + MARGIN, m]);
    });
  }
}

// What the page knows: the trace's data, and what of it has happened at a step.
let data, nodes, steps, result, edges, edgesInto, edgesFrom, passes, firstNaN, scopes, members;

/** Takes a trace in the form of docs/trace-format.md. */
function load(trace) {
  data = trace;
  nodes = data.nodes;
  steps = data.steps;
  result = nodes[data.result];
  edges = [];
  edgesInto = nodes.map(() => []);
  edgesFrom = nodes.map(() => []);
  for (const node of nodes) {
    node.scope = node.name.slice(0, Math.max(0, node.name.lastIndexOf("/")));
    node.short = node.label.slice(node.label.lastIndexOf("/") + 1);
    node.symbol = node.symbol || node.short;
    node.inputs.forEach((from, operand) => {
      const edge = {id: edges.length, from, to: node.id, operand};
      edges.push(edge); edgesInto[node.id].push(edge); edgesFrom[from].push(edge);
    });
  }
  findGroups();
  usePasses(data.passes);
}

/** Takes the numbers of the runs, recorded or computed again. */
function usePasses(list) {
  passes = list.map(timed);
  const arises = steps.findIndex(step => arraysOf(passes[step.pass - 1], step).some(hasNaN));
  firstNaN = arises;
}

const within = (scope, outer) => scope === outer || scope.startsWith(outer + "/");

// The arrays that come about in a step.
function arraysOf(pass, step) {
  if (step.phase === "given") return nodes.filter(n => n.kind !== "operation").map(n => pass.forward[n.id].value);
  if (step.phase === "forward") return [pass.forward[step.index].value];
  if (step.phase === "backward") return (pass.backward[step.index].gives || []).flatMap(f => [f.share, f.value]);
  return step.phase === "update" ? [pass.updates[step.index].after] : [];
}

// Adds to a pass in which step a node gets its value, an edge its flow, a node its whole gradient, a variable its update.
function timed(pass, number) {
  const never = Infinity;
  const when = {...pass, value: nodes.map(() => never), flow: edges.map(() => never), grad: nodes.map(() => never),
    back: nodes.map(() => never), changed: nodes.map(() => never), flows: edges.map(() => null)};
  pass.backward.forEach((b, id) => (b.gives || []).forEach(flow => {
    const edge = edgesInto[id][flow.operand];
    when.flows[edge.id] = {...flow, edge, from: id};
  }));
  steps.forEach((step, k) => {
    if (step.pass !== number + 1) return;
    if (step.phase === "given") nodes.forEach(n => { if (n.kind !== "operation") when.value[n.id] = k; });
    else if (step.phase === "forward") when.value[step.index] = k;
    else if (step.phase === "seed") when.grad[step.index] = k;
    else if (step.phase === "backward") {
      when.back[step.index] = k;
      for (const edge of edgesInto[step.index]) if (when.flows[edge.id]) when.flow[edge.id] = k;
    } else if (pass.updates[step.index].node >= 0) when.changed[pass.updates[step.index].node] = k;
  });
  edges.forEach(edge => {
    const k = when.flow[edge.id];
    if (k !== never) when.grad[edge.from] = when.grad[edge.from] === never ? k : Math.max(when.grad[edge.from], k);
  });
  return when;
}

const received = (pass, id) => {
  const order = pass.backward[id].order;
  const flows = edgesFrom[id].map(e => pass.flows[e.id]).filter(Boolean);
  if (!order) return flows;
  const left = flows.slice();
  return order.map(from => left.splice(left.findIndex(f => f.from === from), 1)[0]);
};
const phaseOf = step => step.phase === "given" || step.phase === "forward" ? "forward"
  : step.phase === "update" ? "update" : "backward";
const derivativeOf = (y, x) => notation.derivative(y.symbol, x.symbol);
const derivative = node => derivativeOf(result, node);
const hasNaN = array => Boolean(array) && (array.data ? array.data.includes("NaN") : array.nan > 0);

const number = notation.number;

function inline(array) {
  if (!array.data || array.data.length === 0 || array.data.length > 12 || array.shape.length > 2) return null;
  if (array.shape.length === 0) return number(array.data[0]);
  const row = list => "[" + list.map(number).join(", ") + "]";
  if (array.shape.length === 1) return row(array.data);
  const rows = [];
  for (let i = 0; i < array.shape[0]; i++) rows.push(row(array.data.slice(i * array.shape[1], (i + 1) * array.shape[1])));
  return "[" + rows.join(", ") + "]";
}

function summary(array) {
  if (array.summary) return array.summary;
  const shape = "[" + array.shape.join(", ") + "]";
  if (!array.data) {
    return {shape, min: array.min, max: array.max, norm: array.norm, largest: array.largest, nan: array.nan,
      infinite: array.nonFinite - array.nan, all: array.nonFinite === array.shape.reduce((a, b) => a * b, 1)};
  }
  const good = array.data.filter(v => typeof v === "number"), nan = array.data.filter(v => v === "NaN" || v === null).length;
  const min = good.reduce((a, b) => Math.min(a, b), Infinity), max = good.reduce((a, b) => Math.max(a, b), -Infinity);
  const largest = Math.max(-min, max);
  array.summary = {shape, min, max, largest, nan, infinite: array.data.length - good.length - nan, all: !good.length,
    norm: largest > 0 ? largest * Math.sqrt(good.reduce((a, b) => a + (b / largest) ** 2, 0)) : 0};
  return array.summary;
}

// In words, as long as it may be; for a box, as short as it must be.
const sizeOfAll = s => s.min === s.max ? say("array.all", number(s.min)) : say("array.size", number(s.norm), number(s.largest));
const notFinite = s => [s.nan ? s.nan + " NaN" : "", s.infinite ? say("array.infinite", s.infinite) : ""].filter(Boolean).join(", ");
function describe(array) {
  const text = inline(array);
  if (text !== null) return text;
  const s = summary(array), bad = notFinite(s);
  if (array.data && !array.data.length) return s.shape + " " + say("array.empty");
  if (s.all) return s.shape + " " + bad;
  return s.shape + " " + sizeOfAll(s) + (s.min === s.max ? "" : ", " + say("array.range", number(s.min), number(s.max))) + (bad ? ", " + bad : "");
}

function brief(array) {
  const text = inline(array);
  if (text !== null && (array.data.length <= 4 || text.length <= 18)) return text;
  const s = summary(array);
  if (array.data && !array.data.length) return s.shape;
  return s.shape + " " + (notFinite(s) || sizeOfAll(s));
}

// Matrices are easier to read as tables, unless they are tiny; large ones are shown when they are asked for.
const SMALL = 64;
const isTable = array => Boolean(array) && array.shape.length === 2 && Boolean(array.data) && array.data.length > 4
  && array.data.length <= SMALL && array.shape[1] <= 12;

const firstOf = array => number(array.data ? array.data[0] : array.first);

// A step in words: a title and equations.
function narrate(k) {
  const told = tell(k);
  if (k === firstNaN) {
    told.lines.push({what: say("nan.first"), formula: "", numbers: "", value: "", kind: "bad",
      note: say("nan.note")});
  }
  return told;
}

function tell(k) {
  const step = steps[k], pass = passes[step.pass - 1], kind = phaseOf(step);
  const eq = (what, formula, numbers, value, note, array) => ({what, formula, numbers, value, note, kind, array});
  const example = (text, array) => text ? say("eq.first", text, firstOf(array)) : "";
  if (step.phase === "given") {
    const leaves = nodes.filter(n => n.kind !== "operation");
    const shown = leaves.slice(0, 40).map(n => eq(n.label, "", "", describe(pass.forward[n.id].value), say("kind." + n.kind)));
    if (leaves.length > 40) shown.push(eq(say("fold.more", leaves.length - 40), "", "", "", ""));
    return {title: say("step.given"), lines: shown};
  }
  if (step.phase === "update") {
    const u = pass.updates[step.index];
    const lines = u.equations.map(e => eq(e.symbol, e.formula, e.numbers, describe(e.value), example(e.example, e.value), e.value));
    if (lines.length === 1) for (const m of u.memory) lines.push(eq(m.name, "", "", describe(m.after), say("step.was", describe(m.before)), m.after));
    if (!isTable(u.before)) {
      return {title: say(u.gradient ? "step.update.gradient" : "step.update.before", u.variable, describe(u.before), u.gradient ? describe(u.gradient) : ""), lines};
    }
    if (u.gradient) lines.unshift(eq("g", say("step.theGradient"), "", describe(u.gradient), "", u.gradient));
    lines.unshift(eq(u.variable, say("step.asItWas"), "", describe(u.before), "", u.before));
    return {title: say("step.update", u.variable), lines};
  }
  const node = nodes[step.index];
  if (step.phase === "forward") {
    const f = pass.forward[node.id];
    const from = [...new Set(node.inputs.map(i => nodes[i].label))].join(", ");
    return {title: say("step.compute", node.label, from),
      lines: [eq(node.label, node.formula, f.numbers, describe(f.value), example(f.example, f.value), f.value)]};
  }
  const gradient = describe(pass.backward[node.id].gradient);
  if (step.phase === "seed") {
    return {title: say("step.seed", node.label),
      lines: [eq(derivative(node), "", "", gradient, say("step.itself"))]};
  }
  const lines = [], nothing = !(pass.backward[node.id].gives || []).length;
  if (nothing) lines.push(eq(say("step.nothing"), "", "", "", say("step.nothing.why", node.label)));
  const table = isTable(pass.backward[node.id].gradient);
  if (table) lines.unshift(eq(derivative(node), say("step.arrived"), "", gradient, "", pass.backward[node.id].gradient));
  return {title: say("step.back", derivative(node) + (table ? "" : " = " + gradient), node.label), lines};
}

function total(pass, node, flows, kind) {
  const parts = flows.map(f => inline(f.value));
  const numbers = parts.every(p => p !== null) && parts.length <= 8
    ? parts.map(p => p.startsWith("-") ? "(" + p + ")" : p).join(" + ") : "";
  return {what: derivative(node), formula: say("step.uses", flows.length), numbers, kind,
    value: describe(pass.backward[node.id].gradient), note: ""};
}

// The boxes of the graph: nodes, and groups of nodes that are drawn as one until they are opened. Groups are name scopes,
// such as layers, and in large graphs expressions: results without a name that are used once are drawn with their user.
const FOLD_FROM = 24, DRAW_ALL = 300, MOST_IN_EXPRESSION = 8, NEAR = 26, NEAR_HOPS = 3;
let exits;

const isExpression = key => key.startsWith("=");
const isFolded = node => node.groups.find(key => view.collapsed.has(key));
const isNumeral = text => /^\(?-?[\d.]+(e[-+]?\d+)?\)?$/.test(text);
const groupName = key => isExpression(key) ? nodes[Number(key.slice(1))].label : key.slice(key.lastIndexOf("/") + 1);

/** Finds the groups of each node, outermost first. */
function findGroups() {
  const large = nodes.length > DRAW_ALL;
  for (const node of nodes) {
    const parts = node.scope ? node.scope.split("/") : [];
    node.groups = parts.map((_, i) => parts.slice(0, i + 1).join("/"));
    // A number without a name stands in the formula of its user, so that it needs no box of its own.
    node.inline = nodes.length > FOLD_FROM && node.kind === "constant" && !node.shape.length && isNumeral(node.symbol) && edgesFrom[node.id].length > 0;
  }
  scopes = [...new Set(nodes.flatMap(node => node.groups))].sort((a, b) => a.localeCompare(b, "en", {numeric: true}));
  if (large) findExpressions();
  members = new Map();
  exits = new Map();
  for (const node of nodes) {
    for (const key of node.groups) {
      if (!members.has(key)) members.set(key, []);
      members.get(key).push(node);
      if (node === result || edgesFrom[node.id].some(e => !nodes[e.to].groups.includes(key))) exits.set(key, node);
    }
  }
}

function findExpressions() {
  const root = nodes.map((_, i) => i), size = new Array(nodes.length).fill(1);
  for (let id = nodes.length - 1; id >= 0; id--) {
    const node = nodes[id], users = edgesFrom[id];
    if (node.kind !== "operation" || users.length !== 1 || node.name.slice(node.name.lastIndexOf("/") + 1) !== node.type) continue;
    const into = root[users[0].to];
    if (nodes[into].scope !== node.scope || size[into] >= MOST_IN_EXPRESSION) continue;
    root[id] = into;
    size[into]++;
  }
  for (const node of nodes) if (size[root[node.id]] > 1) node.groups.push("=" + root[node.id]);
}

/** The groups that a graph opens with: none in a small one, all in one of a model's size. */
const foldedAtFirst = () => new Set(nodes.length > FOLD_FROM ? members.keys() : []);

function groupItem(key) {
  const list = members.get(key), parameters = list.filter(n => n.kind === "variable").reduce((sum, n) => sum + sizeNow(n), 0);
  const detail = say(list.length === 1 ? "fold.node" : "fold.nodes", list.length) + (parameters ? ", " + say("fold.parameters", parameters.toLocaleString("en")) : "");
  return {key: "s" + key, scope: key, exit: exits.get(key) || list[list.length - 1], title: cut(groupName(key), 28), detail};
}
const sizeNow = node => passes[0].forward[node.id].value.shape.reduce((a, b) => a * b, 1);

/** Collects the boxes and the arrows between them as the graph is folded now. */
function gather() {
  const at = new Map(), items = [];
  const itemOf = nodes.map(node => {
    if (node.inline) return -1;
    const group = isFolded(node), key = group === undefined ? "n" + node.id : "s" + group;
    if (!at.has(key)) {
      at.set(key, items.length);
      const formula = node.kind === "operation" && node.formula !== node.symbol ? cut(node.formula, 20) : "";
      items.push(group === undefined ? {key, node, title: titleOf(node), detail: formula} : groupItem(group));
    }
    return at.get(key);
  });
  for (const node of nodes) if (node.inline) itemOf[node.id] = itemOf[edgesFrom[node.id][0].to];
  const links = new Map();
  for (const edge of edges) {
    const from = itemOf[edge.from], to = itemOf[edge.to];
    if (from === to || nodes[edge.from].inline) continue;
    const single = !items[from].scope && !items[to].scope, key = from + ">" + to + (single ? ">" + edge.operand : "");
    if (!links.has(key)) links.set(key, {from, to, edges: []});
    links.get(key).edges.push(edge);
  }
  view.whole = {items, links: [...links.values()], itemOf};
}

/** Takes all boxes, or those around the current step. */
function choose() {
  const {items, links, itemOf} = view.whole;
  Object.assign(view, view.whole);
  if (view.near) {
    const shown = neighbourhood(itemOf[view.centre]), place = new Map([...shown].sort((a, b) => a - b).map((item, i) => [item, i]));
    view.items = [...place.keys()].map(i => items[i]);
    view.links = links.filter(l => place.has(l.from) && place.has(l.to)).map(l => ({...l, from: place.get(l.from), to: place.get(l.to)}));
    view.itemOf = itemOf.map(i => place.has(i) ? place.get(i) : -1);
    const beyond = new Map();
    for (const l of links) {
      if (place.has(l.from) !== place.has(l.to)) { const i = place.has(l.from) ? l.from : l.to; beyond.set(i, (beyond.get(i) || 0) + 1); }
    }
    items.forEach((item, i) => { item.beyond = beyond.get(i) || 0; });
  } else items.forEach(item => { item.beyond = 0; });
  place();
}

// Breadth first, operands before users: what a step computes with is nearer than what is computed from it.
function neighbourhood(centre) {
  const {items, links} = view.whole;
  if (!view.whole.around) {
    view.whole.around = items.map(() => ({into: [], out: []}));
    for (const l of links) { view.whole.around[l.to].into.push(l.from); view.whole.around[l.from].out.push(l.to); }
  }
  const shown = new Set([centre]);
  let front = [centre];
  for (let hop = 0; hop < NEAR_HOPS; hop++) {
    const next = [];
    for (const i of front) {
      const {into, out} = view.whole.around[i];
      for (const other of [...into, ...out.slice(0, 8)]) {
        if (shown.size >= NEAR) return shown;
        if (!shown.has(other)) { shown.add(other); next.push(other); }
      }
    }
    front = next;
  }
  return shown;
}

/** The node that the view follows at a step. */
function nodeAt(step) {
  const id = placeOf(step);
  if (id >= 0) return id;
  const first = steps.find(s => s.pass === step.pass && s.phase === "forward");
  return step.phase === "given" && first ? first.index : data.result;
}

/** Keeps the neighbourhood while the step and its operands are in it; otherwise takes that of the step. */
function keepNear(id) {
  if (!view.near) return;
  const item = view.whole.itemOf[id], shown = new Set(view.items), missing = i => !shown.has(view.whole.items[i]);
  if (!missing(item) && (item === view.whole.itemOf[view.centre] || !view.whole.around[item].into.some(missing))) return;
  view.centre = id;
  choose();
  start();
}

function setNear(on, id) {
  view.near = on;
  view.centre = id;
  byId("near").setAttribute("aria-pressed", String(on));
  choose();
  view.stamp++;
}

/** The step at which to stop next: the steps of a folded group that follow each other count as one, its last. */
function nextStop(direction) {
  if (predict.on) return view.step + direction;
  const group = s => { const id = placeOf(s); return id >= 0 ? isFolded(nodes[id]) : undefined; };
  const joined = (a, b) => a && b && group(a) !== undefined && a.pass === b.pass && phaseOf(a) === phaseOf(b) && group(a) === group(b);
  let k = view.step;
  if (direction < 0) {
    while (joined(steps[k - 1], steps[k])) k--;
    return k - 1;
  }
  k++;
  while (joined(steps[k], steps[k + 1])) k++;
  return k;
}

function toggle(scope) {
  if (view.collapsed.has(scope)) view.collapsed.delete(scope); else view.collapsed.add(scope);
  const old = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.scope : null;
  const inPanel = byId("scopes").contains(document.activeElement);
  if (view.near) view.centre = (exits.get(scope) || members.get(scope)[0]).id;
  rearrange();
  start();
  draw();
  if (old) {
    const again = (inPanel ? byId("scopes") : canvas).querySelector(`[data-scope="${CSS.escape(old)}"]`);
    if (again) again.focus();
  }
}

function foldAll() {
  const keys = [...members.keys()], open = keys.some(s => !view.collapsed.has(s));
  view.collapsed = new Set(open ? keys : []);
  rearrange();
  start();
}

/** The tree of scopes, as far as it is open. */
function showScopes() {
  const panel = byId("scopes");
  panel.replaceChildren();
  byId("fold").hidden = !members.size;
  if (!scopes.length) return;
  element("h2", "", say("fold.scopes"), panel);
  const inSight = scopes.filter(s => { const cut = s.lastIndexOf("/"); return cut < 0 || s.slice(0, cut).split("/").every((_, i, parts) => !view.collapsed.has(parts.slice(0, i + 1).join("/"))); });
  for (const scope of inSight.slice(0, 200)) {
    const open = !view.collapsed.has(scope), depth = scope.split("/").length - 1;
    const button = element("button", "", (open ? "⊟ " : "⊞ ") + groupName(scope) + "  (" + members.get(scope).length + ")", panel);
    button.type = "button";
    button.style.paddingLeft = 10 + 18 * depth + "px";
    button.dataset.scope = scope;
    button.setAttribute("aria-expanded", String(open));
    button.addEventListener("click", () => toggle(scope));
  }
  if (inSight.length > 200) element("p", "note", say("fold.more", inSight.length - 200), panel);
}

/** Says in which folded group a step happens, with a button that opens it. */
function noteFolded(id, panel) {
  const group = id >= 0 ? isFolded(nodes[id]) : undefined;
  if (group === undefined) return;
  const note = element("p", "note inside", say("fold.inside", groupName(group)) + " ", panel), button = element("button", "link", say("fold.open", groupName(group)), note);
  button.type = "button";
  button.addEventListener("click", () => { toggle(group); go(view.step); });
}

// The graph on the page: which boxes there are, where they stand, and what they show at a step.
const SVG = "http://www.w3.org/2000/svg";
const canvas = document.getElementById("canvas"), stage = canvas;
const view = {step: 0, collapsed: new Set(), selected: -1, x: 0, y: 0, scale: 1, items: [], links: [], layout: null};
const FAR = 0.34;

function svg(name, attributes, parent) {
  const element = document.createElementNS(SVG, name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  if (parent) parent.appendChild(element);
  return element;
}
const defs = svg("defs", {}, canvas);
for (const [id, color] of [["tip", "line"], ["tipvalue", "value"], ["tipgradient", "gradient"]]) {
  const marker = svg("marker", {id, viewBox: "0 0 8 8", refX: 7.5, refY: 4, markerWidth: 8, markerHeight: 8,
    markerUnits: "userSpaceOnUse", orient: "auto-start-reverse"}, defs);
  svg("path", {d: "M0,0.5 L8,4 L0,7.5 z", style: "fill:var(--" + color + ")"}, marker);
}
const world = svg("g", {}, canvas);
const layers = {};
for (const name of ["frames", "far", "edges", "labels", "nodes"]) layers[name] = svg("g", {}, world);

const ruler = document.createElement("canvas").getContext("2d");
function textWidth(text, bold) {
  ruler.font = (bold ? "600 " : "") + "13px system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
  return ruler.measureText(text).width;
}
// All of a label with its scopes if that is short, as a frame does not fit around every scope.
const titleOf = node => node.label.length <= 24 ? node.label : cut(node.short, 24);
const cut = (text, most) => text.length <= most ? text : text.slice(0, most - 1) + "…";

const changeOf = update => update.before.shape.length ? "→ " + brief(update.after) : brief(update.before) + " → " + brief(update.after);

function sizeOf(item) {
  const id = (item.node || item.exit).id;
  let body = textWidth(say("node.not"));
  for (const pass of passes) {
    body = Math.max(body, textWidth(brief(pass.forward[id].value)));
    const gradient = pass.backward[id].gradient;
    if (gradient) body = Math.max(body, textWidth("∂ " + brief(gradient)));
    for (const u of pass.updates) if (u.node === id) body = Math.max(body, textWidth(changeOf(u), true));
  }
  const head = textWidth(item.title, true) + (item.detail ? 10 + textWidth(item.detail) : 0);
  return {w: Math.max(head, body) + 26, h: 68};
}

function arrange() {
  gather();
  choose();
}

function place() {
  const sizes = view.items.map(sizeOf), list = view.links.map(l => [l.from, l.to]);
  for (const link of view.links) {
    const texts = link.edges.length > 1 ? [] : passes.map(p => p.flows[link.edges[0].id]).filter(Boolean).map(f => brief(f.value));
    link.width = texts.reduce((most, text) => Math.max(most, textWidth(text) * 0.93 + 8), 0);
  }
  const label = view.links.reduce((most, l) => Math.max(most, l.width), 0);
  const make = (right, gap) => layeredLayout(sizes, list, right, right ? Math.max(44, label + 26) : gap);
  let layout = make(stage.clientWidth >= stage.clientHeight * 0.8, 66);
  if (view.items.length <= 600) {
    const other = make(!layout.right, 66), dense = fitScale(layout) < 0.9 && fitScale(other) < 0.9 ? make(false, 42) : other;
    for (const candidate of [other, dense]) if (fitScale(candidate) > fitScale(layout) * 1.05) layout = candidate;
  }
  view.layout = layout;
  view.items.forEach((item, i) => { item.box = layout.boxes[i]; });
  view.links.forEach((link, i) => {
    link.route = layout.routes[i];
    const xs = link.route.map(p => p[0]), ys = link.route.map(p => p[1]);
    link.bounds = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  });
  placeLabels();
  for (const name in layers) layers[name].replaceChildren();
  view.items.forEach(item => { item.element = null; });
  view.links.forEach(link => { link.element = null; link.label = null; });
  view.frames = frames();
  view.frames.forEach(drawFrame);
}

const fitScale = layout => Math.min(stage.clientWidth / layout.width, stage.clientHeight / layout.height);

// A frame around each expanded scope that has nothing else between its nodes; otherwise a tab at its first node.
function frames() {
  const found = [];
  if (view.items.length > DRAW_ALL) return found;
  for (const scope of scopes) {
    const inside = view.items.filter(i => within(i.scope || i.node.scope || "", scope) && i.scope !== scope);
    if (!inside.length || [...view.collapsed].some(c => within(scope, c))) continue;
    const depth = scopes.filter(s => s !== scope && within(s, scope)).length ? 16 : 10;
    const x0 = Math.min(...inside.map(i => i.box.x)) - depth, y0 = Math.min(...inside.map(i => i.box.y)) - depth - 16;
    const x1 = Math.max(...inside.map(i => i.box.x + i.box.w)) + depth, y1 = Math.max(...inside.map(i => i.box.y + i.box.h)) + depth;
    const all = new Set(inside);
    if (view.near || view.items.some(i => !all.has(i) && i.box.x < x1 && i.box.x + i.box.w > x0 && i.box.y < y1 && i.box.y + i.box.h > y0)) {
      const box = inside[inside.length - 1].box;
      found.push({scope, x0: box.x - 4, y0: box.y - 20, x1: box.x + textWidth("⊟ " + scope) + 10, y1: box.y, tab: true});
    } else found.push({scope, x0, y0, x1, y1});
  }
  return found;
}

function drawFrame(frame) {
  const g = svg("g", {class: "frame" + (frame.tab ? " tab" : ""), tabindex: 0, role: "button", "data-scope": frame.scope, "aria-expanded": "true",
    "aria-label": say("fold.expanded", frame.scope)}, layers.frames);
  if (!frame.tab) svg("rect", {x: frame.x0, y: frame.y0, width: frame.x1 - frame.x0, height: frame.y1 - frame.y0, rx: 12}, g);
  svg("rect", {x: frame.x0, y: frame.y0, width: frame.x1 - frame.x0, height: 20, style: "fill:transparent;stroke:none"}, g);
  svg("text", {x: frame.x0 + 9, y: frame.y0 + 15}, g).textContent = "⊟ " + frame.scope;
}

function path(route) {
  let d = "M" + route[0][0] + "," + route[0][1];
  for (let i = 1; i < route.length; i++) {
    const [x0, y0] = route[i - 1], [x, y] = route[i], right = view.layout.right;
    if (right ? y0 === y : x0 === x) { d += "L" + x + "," + y; continue; }
    const mx = (x0 + x) / 2, my = (y0 + y) / 2;
    d += right ? `C${mx},${y0} ${mx},${y} ${x},${y}` : `C${x0},${my} ${x},${my} ${x},${y}`;
  }
  return d;
}

// Labels stand on the last part of a curve, near the consumer, and apart from each other where that is possible; as the
// Java class ArrowLabels does it.
const LABEL_HEIGHT = 18;
function placeLabels() {
  const taken = [];
  for (const link of view.links) {
    if (!link.width) continue;
    const places = labelPlaces(link), w = link.width;
    const free = taken.length > 2000 ? null : places.find(p => !taken.some(o => Math.abs(p[0] - o.x) < (w + o.w) / 2
      && Math.abs(p[1] - o.y) < LABEL_HEIGHT));
    link.place = free || places[0];
    taken.push({x: link.place[0], y: link.place[1], w});
  }
}

function labelPlaces(link) {
  const right = view.layout.right, from = link.route[link.route.length - 2], to = link.route[link.route.length - 1];
  const [m0, c0] = right ? from : [from[1], from[0]], [m1, c1] = right ? to : [to[1], to[0]], reach = m1 - m0;
  const targets = right ? [m1 - 12 - link.width / 2, m0 + reach / 2, m0 + 12 + link.width / 2]
    : [m0 + reach / 2, m0 + 0.2 * reach, m0 + 0.78 * reach];
  return targets.map(target => {
    let low = 0, high = 1;
    for (let i = 0; i < 20; i++) {
      const t = (low + high) / 2;
      if (m0 + reach * (1.5 * t * (1 - t) + t * t * t) < target) low = t; else high = t;
    }
    const cross = c0 + (c1 - c0) * (3 * low * low - 2 * low * low * low);
    return right ? [target, cross] : [cross, target];
  });
}

function drawItem(item) {
  const kind = item.scope ? "group" : item.node.id === data.result ? "final" : item.node.kind;
  const g = svg("g", {class: "node " + kind, tabindex: 0, role: "button",
    transform: `translate(${item.box.x} ${item.box.y})`}, layers.nodes);
  item.base = "node " + kind;
  svg("rect", {width: item.box.w, height: item.box.h, rx: 8}, g);
  svg("text", {class: "name", x: 13, y: 22}, g).textContent = item.title;
  if (item.scope) {
    g.setAttribute("data-scope", item.scope);
    g.setAttribute("aria-expanded", "false");
  } else {
    g.setAttribute("data-id", item.node.id);
    g.setAttribute("data-label", item.node.label);
  }
  svg("text", {class: "op", x: 23 + textWidth(item.title, true), y: 22}, g).textContent = item.detail;
  item.val = svg("text", {class: "val", x: 13, y: 41}, g);
  item.grad = svg("text", {class: "grad", x: 13, y: 59}, g);
  if (item.beyond) svg("text", {class: "op beyond", x: item.box.w - 8, y: item.box.h - 8}, g).textContent = "+" + item.beyond;
  item.element = g;
  item.shown = -1;
}

// What a node shows now.
function stateOf(id) {
  const k = happened(), pass = passes[steps[view.step].pass - 1];
  const all = view.all && pass.grad[id] < Infinity;
  const valued = view.all || k >= pass.value[id], graded = all || k >= pass.grad[id], changed = k >= pass.changed[id];
  let value = valued ? brief(pass.forward[id].value) : isAsking() && roleOf(id) === "current" ? "?" : say("node.not");
  if (changed) {
    const update = pass.updates.find(u => u.node === id);
    value = changeOf(update);
  }
  const gradient = graded ? "∂ " + brief(pass.backward[id].gradient) : "";
  const bad = (valued && hasNaN(pass.forward[id].value)) || (graded && hasNaN(pass.backward[id].gradient))
    || (changed && hasNaN(pass.updates.find(u => u.node === id).after));
  return {valued, graded, changed, value, gradient, bad};
}

// The node that a step is about.
const placeOf = step => step.phase === "update" ? passes[step.pass - 1].updates[step.index].node : step.index;

function roleOf(id) {
  const step = steps[view.step];
  if (step.phase === "given") return nodes[id].kind === "operation" ? "" : "current";
  if (step.phase === "update") return passes[step.pass - 1].updates[step.index].node === id ? "current" : "";
  if (step.index === id) return "current";
  if (!edgesInto[step.index].some(e => e.from === id)) return "";
  if (step.phase === "forward") return "used";
  return step.phase === "backward" && edgesInto[step.index].some(e => e.from === id && flowing(e)) ? "touched" : "";
}
const flowing = edge => passes[steps[view.step].pass - 1].flow[edge.id] === happened();

function paintItem(item) {
  if (item.scope) { paintGroup(item); return; }
  const id = item.node.id, state = stateOf(id);
  item.val.textContent = state.value;
  item.val.setAttribute("class", state.changed ? "val new" : "val");
  item.grad.textContent = state.gradient;
  const first = firstNaN >= 0 && view.step >= firstNaN && steps[firstNaN].phase !== "given" && placeOf(steps[firstNaN]) === id;
  item.element.setAttribute("class", item.base + (state.valued ? "" : " todo") + " " + roleOf(id)
    + (state.bad ? " bad" : "") + (first ? " firstbad" : "")
    + (view.selected === id ? " selected" : ""));
  item.element.setAttribute("aria-label", item.node.label + ", "
    + (item.node.formula ? "= " + item.node.formula : say("kind." + item.node.kind)) + ", "
    + (state.valued ? say("node.hasValue", state.value) : say("node.notYet")) + (state.graded ? ", " + say("node.hasGradient", state.gradient.slice(2)) : ""));
}

// A group shows what comes out of it.
function paintGroup(item) {
  const states = members.get(item.scope).map(n => stateOf(n.id)), valued = states.filter(s => s.valued).length, graded = states.filter(s => s.graded).length;
  const roles = members.get(item.scope).map(n => roleOf(n.id)), state = stateOf(item.exit.id), step = steps[view.step];
  item.val.textContent = state.value;
  item.grad.textContent = state.gradient;
  const role = ["current", "touched", "used"].find(r => roles.includes(r)) || "";
  const selected = view.selected >= 0 && nodes[view.selected].groups.includes(item.scope);
  item.element.setAttribute("class", item.base + (valued ? "" : " todo") + " " + (step.phase === "given" ? "" : role)
    + (states.some(s => s.bad) ? " bad" : "") + (selected ? " selected" : ""));
  item.element.setAttribute("aria-label", say("fold.aria", item.title, item.detail, valued, graded) + ", " + state.value);
}

function drawLink(link) {
  link.element = svg("path", {d: path(link.route)}, layers.edges);
  link.label = null;
}

function paintLink(link) {
  const k = happened(), step = steps[view.step], pass = passes[step.pass - 1];
  const used = step.phase === "forward" && link.edges.some(e => e.to === step.index);
  const now = link.edges.some(flowing), past = link.edges.some(e => k >= pass.flow[e.id] || (view.all && pass.flows[e.id]));
  const faint = (view.all || phaseOf(step) !== "forward") && !link.edges.some(e => pass.flows[e.id]);
  link.element.setAttribute("class", "edge" + (used ? " used" : now ? " flowing" : past ? " flowed" : faint ? " faint" : "")
    + (link.edges.some(e => e.id === why.lit) ? " lit" : ""));
  // An arrow points the way that flows along it: a gradient that it carries goes from the consumer to the operand.
  link.element.setAttribute(past ? "marker-start" : "marker-end", `url(#${used ? "tipvalue" : past ? "tipgradient" : "tip"})`);
  link.element.removeAttribute(past ? "marker-end" : "marker-start");
  if (link.label) { link.label.remove(); link.label = null; }
  if (past && link.edges.length === 1) {
    const text = brief(pass.flows[link.edges[0].id].value), width = textWidth(text) * 0.93 + 8;
    const [x, y] = link.place;
    link.label = svg("g", {class: "label" + (now ? " flowing" : ""), "data-edge": link.edges[0].id}, layers.labels);
    svg("rect", {x: x - width / 2, y: y - LABEL_HEIGHT / 2, width, height: LABEL_HEIGHT, rx: 5}, link.label);
    svg("text", {x, y: y + 4}, link.label).textContent = text;
  }
}

// From afar a large graph is a few paths; from near only what is in sight is drawn.
function drawFar() {
  const classes = {todo: "", done: "", back: "", now: ""};
  for (const item of view.items) {
    const ids = item.scope ? members.get(item.scope).map(n => n.id) : [item.node.id];
    const states = ids.map(stateOf);
    const kind = ids.some(id => roleOf(id) === "current") ? "now" : states.some(s => s.graded) ? "back"
      : states.some(s => s.valued) ? "done" : "todo";
    const b = item.box;
    classes[kind] += `M${b.x.toFixed(1)},${b.y.toFixed(1)}h${b.w.toFixed(1)}v${b.h.toFixed(1)}h${-b.w.toFixed(1)}z`;
  }
  layers.far.replaceChildren();
  view.wires = view.wires && view.wires.layout === view.layout ? view.wires : {layout: view.layout, d: view.links.map(l => path(l.route)).join("")};
  svg("path", {class: "far edges", d: view.wires.d}, layers.far);
  for (const kind in classes) if (classes[kind]) svg("path", {class: "far " + kind, d: classes[kind]}, layers.far);
}

function draw() {
  world.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
  const many = view.items.length > DRAW_ALL, far = many && view.scale < FAR;
  layers.frames.style.display = far ? "none" : "";
  if (far) drawFar(); else layers.far.replaceChildren();
  const margin = 60 / view.scale, left = -view.x / view.scale - margin, top = -view.y / view.scale - margin;
  const right = left + stage.clientWidth / view.scale + 2 * margin, bottom = top + stage.clientHeight / view.scale + 2 * margin;
  const inSight = (x0, y0, x1, y1) => !far && (!many || (x0 < right && x1 > left && y0 < bottom && y1 > top));
  for (const item of view.items) {
    const b = item.box, wanted = inSight(b.x, b.y, b.x + b.w, b.y + b.h);
    if (wanted && !item.element) drawItem(item);
    if (wanted) { if (item.shown !== view.stamp) { paintItem(item); item.shown = view.stamp; } }
    else if (item.element) { item.element.remove(); item.element = null; }
  }
  for (const link of view.links) {
    const wanted = inSight(...link.bounds);
    if (wanted && !link.element) { drawLink(link); link.shown = -1; }
    if (wanted) { if (link.shown !== view.stamp) { paintLink(link); link.shown = view.stamp; } }
    else if (link.element) { link.element.remove(); link.element = null; if (link.label) { link.label.remove(); link.label = null; } }
  }
}

let scheduled = false;
function redraw() {
  if (!scheduled) { scheduled = true; requestAnimationFrame(() => { scheduled = false; draw(); }); }
}

function fit() {
  const least = stage.clientWidth < 600 ? 0.3 : 0.12;
  view.scale = Math.min(1.6, Math.max(view.items.length > DRAW_ALL ? 0.01 : least, fitScale(view.layout) * 0.98));
  view.x = (stage.clientWidth - view.layout.width * view.scale) / 2;
  view.y = (stage.clientHeight - view.layout.height * view.scale) / 2;
  redraw();
}

function wholeGraph() {
  if (view.near) setNear(false, view.centre);
  fit();
}

// Large enough to read: the whole graph if that is possible, else the place where something happens. In a small window
// no text is smaller than 12 pixels; in a large one a graph that just fits is not cut.
function start() {
  fit();
  const readable = present.on ? 2 : 1, enough = present.on ? 1.6 : innerWidth > 1100 ? 0.6 : 1;
  if (view.scale >= enough || view.items.length > DRAW_ALL) return;
  view.scale = readable;
  view.y = 10;
  view.x = 10;
  follow(true);
}

function zoomAt(factor, x, y) {
  const scale = Math.min(4, Math.max(0.008, view.scale * factor));
  view.x = x - (x - view.x) * scale / view.scale;
  view.y = y - (y - view.y) * scale / view.scale;
  view.scale = scale;
  redraw();
}

// Moves a box to the middle, or as near to it as is possible without showing empty space beyond the graph.
function center(box) {
  const within = (middle, size, room) => size <= room ? (room - size) / 2 : Math.min(0, Math.max(room - size, room / 2 - middle));
  view.x = within((box.x + box.w / 2) * view.scale, view.layout.width * view.scale, stage.clientWidth);
  view.y = within((box.y + box.h / 2) * view.scale, view.layout.height * view.scale, stage.clientHeight);
  redraw();
}

// Keeps what happens in sight.
function follow(always) {
  const step = steps[view.step];
  let id = step.phase === "update" ? passes[step.pass - 1].updates[step.index].node : step.index;
  if (step.phase === "given") id = view.near ? nodeAt(step) : nodes.findIndex(n => n.kind !== "operation");
  const item = id < 0 ? undefined : view.items[view.itemOf[id]];
  if (!item) return;
  const b = item.box, s = view.scale;
  const x0 = b.x * s + view.x, y0 = b.y * s + view.y, x1 = x0 + b.w * s, y1 = y0 + b.h * s;
  const margin = Math.min(60, stage.clientWidth / 12);
  const wholeFits = view.layout.width * s <= stage.clientWidth && view.layout.height * s <= stage.clientHeight;
  if ((always && !wholeFits) || x0 < margin || y0 < 10 || x1 > stage.clientWidth - margin || y1 > stage.clientHeight - 10) center(b);
}

// The panel beside the graph: what happens in a step, and what is known of a node.
function showStep(phase) {
  const told = narrate(view.step), panel = byId("step"), back = steps[view.step].phase === "backward";
  panel.replaceChildren();
  showSlide();
  if (isAsking()) { showQuestion(panel); return; }
  element("h2", "", told.title, panel);
  noteFolded(placeOf(steps[view.step]), panel);
  newWords(view.step, panel);
  if (back) showBackward(view.step, panel);
  for (const line of told.lines) {
    const box = element("div", "eq " + line.kind, undefined, panel);
    const head = element("div", "", undefined, box);
    element("span", "what", line.what, head);
    if (line.formula) element("span", "formula", (line.formula.includes("←") ? ":  " : phase === "update" ? "  ←  " : "  =  ") + line.formula, head);
    const numbers = line.numbers && line.numbers !== line.value ? line.numbers : "";
    if (line.value) {
      const row = element("div", "numbers", undefined, box);
      if (numbers) element("span", "with", whole(numbers) + " ", row);
      const equals = element("span", line.value.length <= 24 ? "together" : "", "= ", row);
      const result = element("span", "result", isTable(line.array) ? undefined : whole(line.value), equals);
      if (isTable(line.array)) showArray(line.array, result); else heatMap(line.array, box);
    }
    if (line.note) element("div", "note", line.note, box);
  }
  const step = steps[view.step];
  if (step.phase === "forward") showLens(nodes[step.index], passes[step.pass - 1], null, panel);
}

// Short arrays are not broken into two lines.
const whole = text => text.replace(/\[[^[\]]{1,24}\]/g, array => array.replaceAll(" ", "\u00a0"));

function showArray(array, parent) {
  if (array.data && array.data.length === 1) { element("span", "", number(array.data[0]), parent); return; }
  if (array.data && array.data.length <= SMALL) { showRows(rowsOf(array), false, parent); noteShape(array, parent); return; }
  element("div", "", describe(array), parent);
  heatMap(array, parent);
  const note = element("div", "note", say("array.corner"), parent), corner = array.corner || cornerOf(array);
  const table = showRows(corner, array.shape[array.shape.length - 1] > corner[0].length, parent);
  if (!array.data) { element("div", "note", say("array.tooLarge"), parent); return; }
  const button = element("button", "all", say("array.show", array.data.length.toLocaleString("en")), parent);
  button.type = "button";
  button.addEventListener("click", () => {
    note.remove(); table.remove(); button.remove();
    showRows(rowsOf(array), false, parent).classList.add("whole");
    noteShape(array, parent);
  });
}

// A picture of an array that is too large to read: a cell for each element, or for a block the one farthest from 0.
const HEAT = 64;
function heatMap(array, parent) {
  const cells = heatCells(array);
  if (!cells) return null;
  const {rows, columns, far} = cells, picture = element("canvas", "heat", undefined, parent);
  picture.width = columns; picture.height = rows;
  picture.style.width = Math.max(24, columns * Math.min(12, 192 / columns)) + "px";
  picture.style.height = Math.max(12, rows * Math.min(12, 192 / rows)) + "px";
  picture.setAttribute("role", "img");
  picture.title = say("heat.title", number(summary(array).largest));
  picture.setAttribute("aria-label", say("heat.label", "[" + array.shape.join(", ") + "]", picture.title));
  paintHeat(picture, cells);
  if (cells.block) element("div", "note", say("heat.blocks", cells.block, number(summary(array).largest)), parent);
  return picture;
}

/** The cells of a picture of an array, from -1 to 1, NaN for what is not finite; null where it would show nothing. */
function heatCells(array) {
  if (!array || !array.shape.length) return null;
  const columns = array.shape[array.shape.length - 1], rows = array.shape.reduce((a, b) => a * b, 1) / columns;
  if (!array.data) {
    if (!array.blocks) return null;
    const {rows: h, columns: w, extremes} = array.blocks;
    return {rows: h, columns: w, far: extremes.map(v => v === null ? NaN : v / 100), block: blockText(rows / h, columns / w)};
  }
  if (array.data.length <= 12) return null;
  const w = Math.min(columns, HEAT), h = Math.min(rows, HEAT), far = Array(w * h).fill(0), largest = summary(array).largest || 1;
  array.data.forEach((value, i) => {
    const cell = Math.floor(Math.floor(i / columns) * h / rows) * w + Math.floor(i % columns * w / columns), share = value / largest;
    if (typeof value !== "number") far[cell] = NaN; else if (Math.abs(share) > Math.abs(far[cell])) far[cell] = share;
  });
  return {rows: h, columns: w, far, block: rows > h || columns > w ? blockText(rows / h, columns / w) : ""};
}
const blockText = (rows, columns) => (Number.isInteger(rows) ? "" : "≈ ") + Math.round(rows) + " × " + (Number.isInteger(columns) ? "" : "≈ ") + Math.round(columns);

function paintHeat(picture, {rows, columns, far}) {
  const pen = picture.getContext("2d"), image = pen.createImageData(columns, rows);
  far.forEach((value, i) => {
    const full = value < 0 ? [20, 80, 168] : [196, 78, 8], color = Number.isNaN(value) ? [0, 0, 0] : full.map(c => 255 + (c - 255) * Math.min(1, Math.abs(value)));
    image.data.set([...color, 255], 4 * i);
  });
  pen.putImageData(image, 0, 0);
}

function rowsOf(array) {
  const columns = array.shape.length ? array.shape[array.shape.length - 1] : 1;
  return Array.from({length: columns ? array.data.length / columns : 0}, (_, i) => array.data.slice(i * columns, (i + 1) * columns));
}

// The first rows and columns of the first matrix.
const cornerOf = array => rowsOf(array).slice(0, Math.min(4, array.shape.length > 1 ? array.shape[array.shape.length - 2] : 1))
  .map(row => row.slice(0, 4));

function showRows(rows, more, parent) {
  const table = element("table", "array", undefined, parent);
  for (const row of rows) {
    const tr = element("tr", "", undefined, table);
    for (const value of row) element("td", "", number(value), tr);
    if (more) element("td", "", "…", tr);
  }
  return table;
}

function noteShape(array, parent) {
  if (array.shape.length > 2) element("div", "note", say("array.rows", array.shape.join(", ")), parent);
}

function jumpButton(text, k, parent) {
  const button = element("button", "link", text, parent);
  button.type = "button";
  button.addEventListener("click", () => go(k));
}

function showDetail() {
  const panel = byId("detail");
  panel.replaceChildren();
  panel.hidden = view.selected < 0;
  if (view.selected < 0) return;
  const node = nodes[view.selected], pass = passes[steps[view.step].pass - 1], k = happened();
  element("h2", "", node.label, panel);
  const list = element("dl", "", undefined, panel);
  const row = (name, text) => { element("dt", "", name, list); return element("dd", "", text, list); };
  row(say("node.what"), node.kind === "operation" ? node.op + ":  " + node.formula : say("kind." + node.kind));
  row(say("node.type"), node.dtype + " [" + node.shape.map(d => d === null ? "?" : d).join(", ") + "]");
  row(say("node.source"), node.source).id = "source";
  if (node.groups.length) {
    const list = row(say("fold.in"), "");
    for (const group of node.groups) {
      const button = element("button", "link", groupName(group), list);
      button.type = "button";
      button.title = say("fold.close", groupName(group));
      button.addEventListener("click", () => toggle(group));
      list.append(" ");
    }
  }
  const value = row(say("node.value"));
  value.className = "value";
  if (k >= pass.value[node.id]) showArray(pass.forward[node.id].value, value);
  else { element("span", "", say("node.notYet") + ", ", value); jumpButton(say("node.go"), pass.value[node.id], value); }
  const gradient = row(say("node.gradient")), backward = pass.backward[node.id];
  gradient.className = "gradient";
  if (!backward.gradient) gradient.textContent = backward.reason;
  else if (k >= pass.grad[node.id]) showArray(backward.gradient, gradient);
  else { element("span", "", say("node.notYet") + ", ", gradient); jumpButton(say("node.go"), pass.grad[node.id], gradient); }
  if (k >= pass.value[node.id] && pass.forward[node.id].numbers) row(say("node.computed"), node.formula + "  =  " + pass.forward[node.id].numbers);
  contributions(node, pass, panel);
}

function contributions(node, pass, panel) {
  const flows = received(pass, node.id);
  if (!flows.length || happened() < pass.back[flows[0].from]) return;
  element("h3", "", say("node.from"), panel);
  const list = element("ul", "", undefined, panel);
  for (const flow of flows) {
    const item = element("li", "", undefined, list);
    jumpButton(nodes[flow.from].label, pass.back[flow.from], item);
    const arrived = happened() >= pass.back[flow.from];
    const numbers = flow.numbers && flow.numbers !== describe(flow.value) ? " = " + flow.numbers : "";
    element("span", "", ":  " + flow.rule + (arrived ? numbers + " = " + describe(flow.value) : "  (" + say("node.later") + ")"), item);
  }
  if (flows.length > 1 && happened() >= pass.grad[node.id]) {
    const sum = total(pass, node, flows, "backward");
    element("div", "", sum.what + " = " + (sum.numbers ? sum.numbers + " = " : "") + sum.value, panel);
  }
}


// The matrix lens: a product as grids. The cell that is pointed at or focused lights up the row and the column that it is
// made of, and its arithmetic is written out.
const LENS_TABLE = 12, LENS_CELLS = 100, LENS_TERMS = 6;
const lens = {open: true, row: 0, column: 0};

/** The products of a step: one forward, or one for each operand that gradient flows back to. */
function productsOf(node, pass, flow) {
  if (node.type !== "matmul" || node.inputs.length !== 2) return null;
  const [a, b] = node.inputs.map(id => nodes[id]), y = node, {transposeA = false, transposeB = false} = node.attributes || {};
  const value = n => pass.forward[n.id].value, up = pass.backward[y.id].gradient;
  const batch = a.shape[0] === null || (b.kind === "variable" && a.kind !== "variable");
  const side = (n, array, transposed) => ({name: n, array, transposed});
  if (!flow) {
    return {left: side(a.symbol, value(a), transposeA), right: side(b.symbol, value(b), transposeB), result: {name: y.symbol, array: value(y)},
      note: batch && !transposeA ? say("lens.forward.batch", a.symbol) : ""};
  }
  const dy = derivative(y), target = {name: derivative(nodes[flow.to]), array: flow.share || flow.value};
  if (flow.operand === 0) {
    const note = batch && !transposeA ? say("lens.backward.input", dy, target.name) : "";
    return transposeA ? {left: side(b.symbol, value(b), transposeB), right: side(dy, up, true), result: target, note}
      : {left: side(dy, up, false), right: side(b.symbol, value(b), !transposeB), result: target, note};
  }
  const note = batch && !transposeA ? say("lens.backward.batch", a.symbol, rowsIn(value(a))) : "";
  return transposeB ? {left: side(dy, up, true), right: side(a.symbol, value(a), transposeA), result: target, note}
    : {left: side(a.symbol, value(a), !transposeA), right: side(dy, up, false), result: target, note};
}
const rowsIn = array => array.shape[array.shape.length - 2];

/** A matrix of an array as it stands in the product: its size, and its element at row i and column j. */
function matrixOf({array, transposed, name}, batch) {
  const [r, c] = array.shape.slice(-2), from = array.shape.length > 2 ? batch * r * c : 0;
  const rows = transposed ? c : r, columns = transposed ? r : c;
  return {name: transposed ? transposedName(name) : name, rows, columns,
    at: (i, j) => Number(array.data[from + (transposed ? j * c + i : i * c + j)])};
}
const transposedName = name => (/^[\p{L}\p{N}_.]+$/u.test(name) ? name : "(" + name + ")") + "ᵀ";

const batchesOf = array => array.shape.slice(0, -2).reduce((a, b) => a * b, 1);

function showLens(node, pass, flow, parent) {
  const product = productsOf(node, pass, flow);
  if (!product) return;
  const sides = [product.left, product.right, product.result];
  if (!sides.every(s => s.array && s.array.data && s.array.data.length && s.array.shape.length >= 2)) return;
  const counts = sides.map(s => batchesOf(s.array)), batches = Math.max(...counts);
  if (counts.some(n => n !== batches && n !== 1)) return;
  const details = element("details", "lens", undefined, parent);
  details.open = lens.open;
  element("summary", "", say("lens.title"), details);
  details.addEventListener("toggle", () => { lens.open = details.open; fill(); });
  const body = element("div", "", undefined, details);
  let batch = 0;
  const fill = () => { if (details.open && !body.childElementCount) build(body, sides, product.note, batch); };
  if (batches > 1) {
    const label = element("label", "", say("lens.matrix") + " ", details), choose = element("select", "", undefined, label);
    for (let k = 0; k < Math.min(batches, 200); k++) element("option", "", (k + 1) + " / " + batches, choose).value = k;
    choose.addEventListener("change", () => { batch = Number(choose.value); body.replaceChildren(); fill(); });
    details.insertBefore(label, body);
  }
  fill();

  function build(to, list, note, k) {
    const [left, right, made] = list.map(s => matrixOf(s, batchesOf(s.array) === 1 ? 0 : k)), row = element("div", "grids", undefined, to);
    const gridOf = (matrix, role) => grid(matrix, role, row);
    const grids = [gridOf(left, "left"), gridOf(right, "right"), gridOf(made, "made")];
    const line = element("p", "lensline", "", to);
    line.setAttribute("role", "status");
    if (note) element("p", "note", note, to);
    const light = (i, j) => {
      Object.assign(lens, {row: i, column: j});
      grids[0].light(i, -1); grids[1].light(-1, j); grids[2].light(i, j);
      line.textContent = arithmetic(left, right, made, i, j);
    };
    grids[2].listen(light);
    light(Math.min(lens.row, made.rows - 1), Math.min(lens.column, made.columns - 1));
  }
}

/** The cell's name, its terms (the first few of many) and its value. */
function arithmetic(left, right, made, i, j) {
  const n = left.columns, shown = n <= LENS_TERMS ? n : LENS_TERMS - 1, bracket = v => v < 0 ? "(" + number(v) + ")" : number(v);
  const terms = Array.from({length: shown}, (_, k) => bracket(left.at(i, k)) + "·" + bracket(right.at(k, j))).join(" + ");
  return made.name + "[" + i + ", " + j + "] = " + terms + (shown < n ? " + … " + say("lens.terms", n) : "") + " = " + number(made.at(i, j));
}

function grid(matrix, role, parent) {
  const box = element("figure", "grid " + role, undefined, parent), small = matrix.rows * matrix.columns <= LENS_CELLS && matrix.columns <= LENS_TABLE;
  element("figcaption", "", {left: "", right: "· ", made: "= "}[role] + matrix.name + " [" + matrix.rows + ", " + matrix.columns + "]", box);
  return small ? tableGrid(matrix, role, box) : pictureGrid(matrix, role, box);
}

function tableGrid(matrix, role, box) {
  const table = element("table", "array", undefined, box), cells = [], made = role === "made";
  let largest = 0;
  for (let i = 0; i < matrix.rows; i++) for (let j = 0; j < matrix.columns; j++) largest = Math.max(largest, Math.abs(matrix.at(i, j)) || 0);
  table.setAttribute("aria-label", matrix.name);
  if (made) table.setAttribute("role", "grid");
  for (let i = 0; i < matrix.rows; i++) {
    const tr = element("tr", "", undefined, table);
    cells.push(Array.from({length: matrix.columns}, (_, j) => {
      const cell = element("td", "", number(matrix.at(i, j)), tr);
      tint(cell, matrix.at(i, j) / largest);
      if (made) { cell.tabIndex = -1; cell.setAttribute("role", "gridcell"); cell.dataset.place = i + "," + j; }
      return cell;
    }));
  }
  return {
    light: (row, column) => cells.forEach((list, i) => list.forEach((cell, j) => {
      cell.classList.toggle("lit", made ? i === row && j === column : i === row || j === column);
      if (made) cell.tabIndex = i === row && j === column ? 0 : -1;
    })),
    listen: light => {
      const point = event => { const cell = event.target.closest("td"); if (cell) light(...cell.dataset.place.split(",").map(Number)); };
      for (const happening of ["pointerover", "click", "focusin"]) table.addEventListener(happening, point);
      table.addEventListener("keydown", event => {
        const step = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]}[event.key];
        if (!step) return;
        event.preventDefault();
        event.stopPropagation();
        const i = Math.max(0, Math.min(matrix.rows - 1, lens.row + step[0])), j = Math.max(0, Math.min(matrix.columns - 1, lens.column + step[1]));
        light(i, j);
        cells[i][j].focus();
      });
    },
  };
}

// The colour of a heat map behind a number, faint enough to read it.
function tint(cell, share) {
  if (!Number.isFinite(share)) return;
  cell.style.backgroundColor = `rgba(${share < 0 ? "58, 123, 213" : "214, 96, 26"}, ${(0.38 * Math.min(1, Math.abs(share))).toFixed(3)})`;
}

// Matrices with many numbers are pictures, with a frame around the row, the column or the cell.
function pictureGrid(matrix, role, box) {
  const data = Array.from({length: matrix.rows * matrix.columns}, (_, k) => matrix.at(Math.floor(k / matrix.columns), k % matrix.columns));
  const frame = element("div", "picture", undefined, box), picture = heatMap({shape: [matrix.rows, matrix.columns], data}, frame);
  const mark = element("div", "mark", undefined, frame), made = role === "made";
  for (const note of frame.querySelectorAll(".note")) note.remove();
  const inputs = made ? ["row", "column"].map(name => {
    const label = element("label", "", say("lens." + name) + " ", box), input = element("input", "", undefined, label);
    Object.assign(input, {type: "number", min: 0, max: (name === "row" ? matrix.rows : matrix.columns) - 1, value: 0});
    return input;
  }) : [];
  const percent = (from, size, all) => [100 * from / all + "%", 100 * size / all + "%"];
  return {
    light: (row, column) => {
      const [top, height] = row < 0 ? ["0", "100%"] : percent(row, 1, matrix.rows), [left, width] = column < 0 ? ["0", "100%"] : percent(column, 1, matrix.columns);
      Object.assign(mark.style, {top, height, left, width});
      if (made) { inputs[0].value = row; inputs[1].value = column; }
    },
    listen: light => {
      const point = event => {
        const r = picture.getBoundingClientRect(), share = (at, from, size, n) => Math.max(0, Math.min(n - 1, Math.floor((at - from) / size * n)));
        light(share(event.clientY, r.top, r.height, matrix.rows), share(event.clientX, r.left, r.width, matrix.columns));
      };
      picture.addEventListener("pointermove", point);
      picture.addEventListener("click", point);
      for (const input of inputs) {
        input.addEventListener("input", () => {
          const [i, j] = inputs.map(n => Math.round(Number(n.value)));
          if (i >= 0 && i < matrix.rows && j >= 0 && j < matrix.columns) light(i, j);
        });
      }
    },
  };
}

// Why a gradient is what it is: upstream × local derivative = contribution, where it comes from, and whether it holds.
const why = {open: false, size: 0.01, lit: -1};

const derivationOf = (node, flow) => {
  const key = ["derive." + node.type + "." + flow.operand, "derive." + node.type].find(k => Object.hasOwn(messages, k));
  if (!key) return "";
  const other = nodes[node.inputs[1 - flow.operand]];
  return messages[key].replaceAll("{x}", nodes[flow.to].symbol).replaceAll("{y}", node.symbol).replaceAll("{other}", other ? other.symbol : "");
};

const firstStep = phase => steps.findIndex(s => s.phase === phase);

/** The words that a reader meets for the first time in this step. */
function newWords(k, panel) {
  const lines = [];
  if (k === firstStep("seed")) lines.push(["adjoint", say("word.adjoint", result.symbol)]);
  const node = nodes[steps[k].index], flow = k === firstStep("backward") && (passes[0].backward[node.id].gives || [])[0];
  if (flow) {
    const to = nodes[flow.to].symbol;
    lines.push(["upstream", say("word.upstream.what", result.symbol, node.symbol)], ["local", say("word.local.what", to, node.symbol)],
      ["chain", say("word.chain", result.symbol, to, node.symbol)]);
  }
  if (!lines.length) return;
  const box = element("div", "words", undefined, panel);
  element("h3", "", say("word.new"), box);
  for (const [kind, text] of lines) {
    const p = element("p", kind, undefined, box);
    text.split("*").forEach((part, i) => { if (i % 2) element("dfn", "", part, p); else p.append(part); });
  }
}

/** Shows a step back through a node: for each operand, the product, and on demand the reasons. */
function showBackward(k, panel) {
  const node = nodes[steps[k].index], pass = passes[steps[k].pass - 1];
  for (const flow of pass.backward[node.id].gives || []) {
    const card = element("div", "eq backward flow", undefined, panel);
    card.dataset.edge = edgesInto[node.id][flow.operand].id;
    element("div", "what", say("slide.to", nodes[flow.to].label), card);
    showProduct(node, flow, pass, card);
    const all = received(pass, flow.to), complete = all.length > 0 && all[all.length - 1].from === node.id && all[all.length - 1].operand === flow.operand;
    if (all.length > 1 && complete) showMeeting(nodes[flow.to], all, pass, card);
    showReasons(node, flow, pass, complete, card);
  }
}

function showProduct(node, flow, pass, card) {
  const gradient = pass.backward[node.id].gradient;
  const simple = flow.local && isShort(gradient) && isShort(flow.local.value) && isShort(flow.value) && !flow.share;
  if (simple) {
    const row = element("div", "product", undefined, card);
    const chip = (kind, name, value) => {
      const box = element("div", "chip " + kind, undefined, row);
      element("span", "kind", say("word." + kind), box);
      element("span", "name", name, box);
      element("span", "amount", describe(value), box);
    };
    chip("upstream", derivative(node), gradient);
    element("span", "sign", flow.value.shape.length ? "⊙" : "×", row);
    chip("local", derivativeOf(node, nodes[flow.to]), flow.local.value);
    element("span", "sign", "=", row);
    chip("contribution", say("slide.to", nodes[flow.to].symbol), flow.value);
  }
  const rule = element("div", "rule", undefined, card);
  if (flow.local) {
    const value = describe(flow.local.value), formula = flow.local.formula === value ? "" : flow.local.formula, local = element("div", "localline", undefined, rule);
    element("span", "local", derivativeOf(node, nodes[flow.to]), local);
    if (formula) element("span", "formula", "  =  " + formula, local);
    const numbers = flow.local.numbers && flow.local.numbers !== value ? whole(flow.local.numbers) + " = " : "";
    element("span", "numbers", "  =  " + numbers + whole(value), local);
  }
  const line = element("div", "ruleline", undefined, rule), sum = flow.share ? say("why.repetitions") + " " : "";
  element("span", "formula", sum + flow.rule, line);
  const value = describe(flow.value), numbers = flow.numbers && flow.numbers !== value ? (sum ? "Σ " : "") + whole(flow.numbers) + " = " : "= ";
  const shown = element("div", "numbers", undefined, rule);
  element("span", "with", numbers, shown);
  const total = element("span", "result", isTable(flow.value) ? undefined : whole(value), shown);
  if (isTable(flow.value)) showArray(flow.value, total); else heatMap(flow.value, rule);
  if (flow.example) element("div", "note", say("eq.first", flow.example, firstOf(flow.share || flow.value)), rule);
  showLens(node, pass, flow, card);
}
const isShort = array => Boolean(array.data) && describe(array).length <= 22;

function showMeeting(to, flows, pass, card) {
  const box = element("div", "meeting", undefined, card);
  element("div", "what", say("why.meet", flows.length, to.label), box);
  const list = element("ul", "", undefined, box);
  for (const flow of flows) {
    const item = element("li", "", undefined, list), button = element("button", "link path", nodes[flow.from].label + ": " + describe(flow.value), item);
    button.type = "button";
    button.setAttribute("aria-label", say("why.light", nodes[flow.from].label) + ", " + describe(flow.value));
    for (const [on, off] of [["mouseenter", "mouseleave"], ["focus", "blur"]]) {
      button.addEventListener(on, () => light(flow.edge.id));
      button.addEventListener(off, () => light(-1));
    }
  }
  const sum = total(pass, to, flows, "backward"), line = element("div", "numbers", undefined, box);
  line.append(sum.what + " = " + (sum.numbers ? sum.numbers + " = " : sum.formula + " = "));
  element("span", "result", sum.value, line);
  element("div", "note", say("why.add", to.symbol, result.symbol), box);
}

function light(edge) {
  why.lit = edge;
  view.stamp++;
  redraw();
}

function showReasons(node, flow, pass, complete, card) {
  const details = element("details", "reasons", undefined, card);
  details.open = why.open;
  element("summary", "", say("why.button"), details);
  const fill = () => {
    if (details.childElementCount > 1) return;
    const text = derivationOf(node, flow);
    if (text) element("p", "derivation", say("why.derive", node.symbol, node.formula, text), details);
    if (!flow.local) element("p", "derivation", say("why.rule", flow.rule), details);
    if (flow.share) element("p", "derivation", say("why.summed", nodes[flow.to].symbol), details);
    if (complete && !prepareLive().reason) nudge(nodes[flow.to], pass, details);
  };
  if (details.open) fill();
  details.addEventListener("toggle", () => { why.open = details.open; if (details.open) fill(); });
}

/** Adds h to a node's value, computes the result again, and compares with gradient times h. */
function nudge(node, pass, parent) {
  const gradient = pass.backward[node.id].gradient, place = largestAt(gradient), box = element("div", "nudge", undefined, parent);
  const name = node.symbol + (gradient.shape.length ? "[" + placeText(place, gradient.shape) + "]" : "");
  const label = element("label", "", say("why.nudge", name) + " ", box), choose = element("select", "", undefined, label), table = element("dl", "", undefined, box);
  for (const h of [1, 0.1, 0.01, 0.001, -0.01, -0.1]) {
    const option = element("option", "", number(h), choose);
    option.value = h;
    option.selected = h === why.size;
  }
  const show = () => {
    why.size = Number(choose.value);
    const before = resultWith(node.id, place, 0), after = resultWith(node.id, place, why.size);
    const measured = after - before, slope = Number(gradient.data[place]), predicted = slope * why.size, gap = Math.abs(measured - predicted);
    table.replaceChildren();
    const row = (text, value, kind) => { element("dt", "", text, table); element("dd", kind, value, table); };
    row(say("why.moves", name, "", "").replace(/: .*/, ""), number(pass.forward[node.id].value.data[place]) + " → " + number(Number(pass.forward[node.id].value.data[place]) + why.size), "value");
    row(result.symbol, number(before) + " → " + number(after), "value");
    row(say("why.measured", result.symbol), number(measured), "measured");
    row(say("why.predicted"), number(slope) + " × " + number(why.size) + " = " + number(predicted), "predicted");
    const share = Math.abs(predicted) > 0 ? gap / Math.abs(predicted) : gap > 1e-12 ? 1 : 0;
    verdict.textContent = share < 0.02 ? say("why.close", number(100 * (1 - share)) + " %") : Math.abs(why.size) > 0.001 ? say("why.apart", result.symbol) : say("why.kink");
  };
  const verdict = element("p", "note", "", box);
  choose.addEventListener("change", show);
  show();
}

const largestAt = array => array.data.reduce((best, v, i) => Math.abs(v) > Math.abs(array.data[best]) ? i : best, 0);
function placeText(place, shape) {
  const at = [];
  for (let i = shape.length - 1; i >= 0; i--) { at.unshift(place % shape[i]); place = Math.floor(place / shape[i]); }
  return at.join(", ");
}

// The result if one element of a node were larger by h, in double precision so that the difference keeps its digits.
function resultWith(id, place, h) {
  const pass = passes[passNow()], graph = live.prepared.graph, values = [];
  graph.plans.forEach((plan, i) => {
    const wide = dtype => dtype === "FLOAT32" ? "FLOAT64" : dtype;
    let value;
    if (i < id || !plan.op) value = engine.read(wide(nodes[i].dtype), pass.forward[i].value);
    else {
      let mask = 0;
      const operands = plan.sources.map(s => s >= 0 ? values[s] : engine.read("FLOAT64", pass.forward[i].masks[mask++]));
      value = i === id ? engine.read("FLOAT64", pass.forward[i].value) : plan.op.value(operands, plan.node.type === "cast" && plan.attributes.dtype === "FLOAT32" ? {dtype: "FLOAT64"} : plan.attributes);
    }
    if (i === id) { value = arrays.of(value.dtype, value.shape, value.data); value.data[place] += h; }
    values.push(value);
  });
  return values[values.length - 1].data[0];
}

// Makes the leaves of a trace changeable: the engine in the page computes everything again.
const live = {prepared: null, edits: new Map(), recorded: null, message: ""};
const MOST_LEAVES = 12, MOST_ELEMENTS = 64;

function prepareLive() {
  if (!live.prepared || live.prepared.data !== data) {
    live.prepared = replay.prepare(data);
    live.edits = new Map();
  }
  return live.prepared;
}
const isLeaf = node => node.kind !== "operation";
const passNow = () => steps[view.step].pass - 1;
const valueNow = id => passes[passNow()].forward[id].value;

/** Gives a leaf another value in the pass that is shown; the numbers of all passes follow. */
function changeLeaf(id, values) {
  const prepared = prepareLive(), key = passNow() + ":" + id, old = live.edits.get(key);
  if (prepared.reason) return false;
  const array = arrays.of(nodes[id].dtype, valueNow(id).shape, values);
  if (bench.open && (passNow() === 0 || nodes[id].kind !== "variable") && nodes[id].kind !== "constant") {
    if (steps[view.step].phase === "given") view.all = true;
    changeBench(id, array);
    return true;
  }
  live.edits.set(key, array);
  try {
    recompute();
    live.message = "";
  } catch (e) {
    if (!(e instanceof arrays.GraphError)) throw e;
    if (old) live.edits.set(key, old); else live.edits.delete(key);
    live.message = say("live.refused", e.message);
  }
  if (steps[view.step].phase === "given") view.all = true;
  refresh();
  return true;
}

function recompute() {
  usePasses(live.edits.size ? replay.run(live.prepared, live.edits) : data.passes);
}

/** Shows new numbers: in the graph, whose boxes may have to grow, and in the panels. */
function refresh() {
  view.stamp++;
  if (view.items.some(item => sizeOf(item).w > item.box.w + 0.5)) place();
  showStep(phaseOf(steps[view.step]));
  showDetail();
  syncLeaves();
  showChanges();
  keepAddress();
  byId("all").setAttribute("aria-pressed", String(Boolean(view.all)));
  redraw();
}

function resetLive() {
  live.edits.clear();
  live.message = "";
  usePasses(data.passes);
  refresh();
}

function showChanges() {
  const note = byId("changes"), names = [...new Set([...live.edits.keys()].map(key => nodes[Number(key.split(":")[1])].label))];
  note.replaceChildren();
  note.hidden = bench.open || (!names.length && !live.message);
  if (live.message) element("span", "bad", live.message, note);
  if (bench.open || !names.length) return;
  element("span", "", say("live.changed", names.slice(0, 4).join(", ") + (names.length > 4 ? ", …" : "")), note);
  const button = element("button", "small", say("live.reset"), note);
  button.type = "button";
  button.addEventListener("click", resetLive);
}

// ---- The values in the panel
const shownLeaves = () => {
  const named = nodes.filter(n => isLeaf(n) && !(n.kind === "constant" && n.symbol !== n.label && !bench.open) && /[^\d.\-e]/.test(n.label));
  const list = named.length <= MOST_LEAVES ? named : [];
  return view.selected >= 0 && isLeaf(nodes[view.selected]) && !list.includes(nodes[view.selected]) ? [...list, nodes[view.selected]] : list;
};

function showLeaves() {
  const panel = byId("leaves"), list = shownLeaves();
  panel.hidden = !list.length;
  byId("leafrows").replaceChildren();
  if (!list.length) return;
  const prepared = nodes.length <= 3000 ? prepareLive() : {reason: say("live.tooMany", 3000)};
  element("p", "note", prepared.reason ? say("live.not", prepared.reason) : say("live.hint"), byId("leafrows"));
  if (prepared.reason) return;
  for (const node of list) leafRow(node, byId("leafrows"));
}

function leafRow(node, parent) {
  const array = valueNow(node.id), row = element("div", "leafrow " + node.kind, undefined, parent);
  row.dataset.leaf = node.id;
  const name = element("button", "link leafname", node.label, row);
  name.type = "button";
  name.addEventListener("click", () => select(node.id, true));
  if (array.data.length > MOST_ELEMENTS) { element("span", "note", brief(array), row); return; }
  if (!array.shape.length) { scalarEditor(node, row); return; }
  const columns = array.shape[array.shape.length - 1], grid = element("div", "grid", undefined, row);
  grid.style.gridTemplateColumns = `repeat(${Math.min(columns, 8)}, minmax(52px, 1fr))`;
  array.data.forEach((_, i) => numberInput(node, i, grid));
  if (bench.open && node.kind !== "constant") arrayField(node, row);
}

function numberInput(node, i, parent) {
  const input = element("input", "value", undefined, parent);
  Object.assign(input, {type: "text", inputMode: "decimal", autocomplete: "off", spellcheck: false});
  input.dataset.element = i;
  input.value = plain(valueNow(node.id).data[i]);
  input.setAttribute("aria-label", valueNow(node.id).shape.length ? say("live.element", node.label, i + 1) : node.label);
  const take = () => {
    const value = Number(input.value.trim().replace(",", ".").replace("−", "-"));
    const good = input.value.trim() !== "" && Number.isFinite(value);
    input.setAttribute("aria-invalid", String(!good));
    if (good) changeElement(node.id, i, value);
  };
  input.addEventListener("change", () => { if (bench.open && /^\s*\[/.test(input.value)) setArray(node.label, input.value); });
  input.addEventListener("input", take);
  input.addEventListener("keydown", event => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    const value = Number(valueNow(node.id).data[i]), step = (event.shiftKey ? 10 : 1) * stepOf(value);
    changeElement(node.id, i, rounded(value + (event.key === "ArrowUp" ? step : -step)));
    input.value = plain(valueNow(node.id).data[i]);
  });
  input.addEventListener("blur", () => { input.value = plain(valueNow(node.id).data[i]); input.setAttribute("aria-invalid", "false"); });
  return input;
}

// The whole array as text, which can also give it another shape.
function arrayField(node, row) {
  const input = element("input", "arraytext", undefined, row);
  Object.assign(input, {type: "text", value: arrayText(valueNow(node.id)), autocomplete: "off", spellcheck: false, title: say("box.array")});
  input.setAttribute("aria-label", node.label + ", " + say("box.array"));
  input.addEventListener("change", () => input.setAttribute("aria-invalid", String(!setArray(node.label, input.value))));
}

function scalarEditor(node, row) {
  numberInput(node, 0, row);
  const range = element("input", "", undefined, row), value = Number(valueNow(node.id).data[0]), reach = Math.max(3, Math.ceil(2 * Math.abs(value)));
  Object.assign(range, {type: "range", min: -reach, max: reach, step: node.dtype === "INT32" ? 1 : reach / 300, value});
  range.setAttribute("aria-label", say("live.drag", node.label));
  range.addEventListener("input", () => changeElement(node.id, 0, rounded(Number(range.value))));
}

const plain = value => typeof value === "number" ? String(Number(value.toPrecision(7))) : String(value);
const stepOf = value => Math.max(0.01, 10 ** (Math.floor(Math.log10(Math.abs(value) || 1)) - 1));
const rounded = value => Number(value.toPrecision(6)) + 0;

function changeElement(id, i, value) {
  const values = valueNow(id).data.map(v => typeof v === "number" ? v : NaN);
  values[i] = nodes[id].dtype === "INT32" ? Math.round(value) : value;
  return changeLeaf(id, values);
}

// Writes the present values into the fields, but for the one that is being typed in.
function syncLeaves() {
  for (const row of byId("leafrows").querySelectorAll("[data-leaf]")) {
    const array = valueNow(Number(row.dataset.leaf));
    for (const input of row.querySelectorAll("input")) {
      if (input.className === "arraytext") { if (input !== document.activeElement) input.value = arrayText(array); continue; }
      if (input === document.activeElement && input.type === "text") continue;
      const value = array.data[input.type === "range" ? 0 : Number(input.dataset.element)];
      if (input.type === "range" && Math.abs(value) > Number(input.max)) { input.max = Math.ceil(2 * Math.abs(value)); input.min = -input.max; }
      if (input.type !== "range" || input !== document.activeElement) input.value = plain(value);
    }
  }
}

// ---- Dragging a number in the graph
const scrub = {id: -1, from: 0, at: 0};
function startScrub(target, x) {
  const group = target.closest(".node[data-id]"), onValue = target.closest(".val");
  if (!group || !onValue) return false;
  const node = nodes[Number(group.dataset.id)];
  if (!isLeaf(node) || valueNow(node.id).shape.length || prepareLive().reason) return false;
  Object.assign(scrub, {id: node.id, from: Number(valueNow(node.id).data[0]), at: x, moved: false});
  return true;
}
function moveScrub(x) {
  const far = x - scrub.at, step = stepOf(scrub.from) / (Math.abs(scrub.from) >= 1 ? 4 : 1);
  if (Math.abs(far) < 3 && !scrub.moved) return;
  scrub.moved = true;
  changeElement(scrub.id, 0, rounded(scrub.from + Math.round(far) * step));
}

// Predict mode: what a step computes is hidden until the reader has said what it is; wrong answers are diagnosed.
const predict = {on: false, done: new Set(), right: 0, total: 0, tries: 0, part: 0, at: -1};

/** The last step whose numbers are shown: the present one, or the one before it while a question is open. */
const happened = () => isAsking() ? view.step - 1 : view.step;
const isAsking = () => predict.on && !predict.done.has(view.step) && hasQuestions();
function hasQuestions() {
  if (predict.seen !== steps || predict.seenStep !== view.step || predict.seenStamp !== view.stamp) {
    Object.assign(predict, {seen: steps, seenStep: view.step, seenStamp: view.stamp, has: questionsOf(view.step).length > 0});
  }
  return predict.has;
}

/** The questions of a step: {text, right, place, wrong: [[value, key]]}. */
function questionsOf(k) {
  const step = steps[k], pass = passes[step.pass - 1];
  if (step.phase === "forward") return forwardQuestion(nodes[step.index], pass);
  if (step.phase === "backward") return (pass.backward[step.index].gives || []).flatMap(flow => backwardQuestion(nodes[step.index], flow, pass));
  return step.phase === "update" ? updateQuestion(pass.updates[step.index]) : [];
}

const at = (array, i) => array && array.data ? Number(array.data[array.data.length === 1 ? 0 : i]) : NaN;
const elementName = (name, place, shape) => shape.length ? say("predict.element", name, placeText(place, shape)) : name;
const isAskable = array => array.data && array.data.length > 0 && array.data.every(v => typeof v === "number");
// Not a number that could be guessed, such as 0, where there is another.
const askedPlace = array => Math.max(0, array.data.findIndex(v => v !== 0));

function forwardQuestion(node, pass) {
  const value = pass.forward[node.id].value;
  if (!isAskable(value)) return [];
  const place = askedPlace(value), right = at(value, place), [a, b] = node.inputs.map(i => at(pass.forward[i].value, place));
  const operands = [...new Set(node.inputs)].map(i => nodes[i].symbol === describe(pass.forward[i].value) ? "" : nodes[i].symbol + " = " + describe(pass.forward[i].value));
  const n = node.inputs.length && pass.forward[node.inputs[0]].value.data ? pass.forward[node.inputs[0]].value.data.length / value.data.length : 1;
  const wrong = [[-right, "predict.sign"]];
  if (node.type === "sub" || node.type === "div") wrong.push([node.type === "sub" ? b - a : b / a, "predict.swapped"]);
  if (node.type === "mul") wrong.push([a + b, "predict.added"]);
  if (node.type === "add") wrong.push([a * b, "predict.multiplied"]);
  if (node.type === "square") wrong.push([2 * a, "predict.doubled"]);
  if (node.type === "mean") wrong.push([right * n, "predict.sum"]);
  if (node.type === "sum") wrong.push([right / n, "predict.mean"]);
  if (node.type === "matmul") wrong.push(...transposed(value, place));
  return [{text: say("predict.forward", elementName(node.symbol, place, value.shape), node.formula), given: operands.filter(Boolean), right, wrong}];
}

function transposed(array, place) {
  const columns = array.shape[array.shape.length - 1], rows = array.data.length / columns, i = Math.floor(place / columns), j = place % columns;
  return array.shape.length === 2 && i !== j && j < rows && i < columns ? [[at(array, j * columns + i), "predict.transposed"]] : [];
}

function backwardQuestion(node, flow, pass) {
  if (!isAskable(flow.value)) return [];
  const place = askedPlace(flow.value), own = at(flow.value, place), to = nodes[flow.to], all = received(pass, to.id);
  const mine = all.findIndex(f => f.from === node.id && f.operand === flow.operand), before = all.slice(0, mine);
  const sum = before.reduce((total, f) => total + at(f.value, place), 0), right = sum + own;
  const upstream = at(pass.backward[node.id].gradient, place), local = flow.local ? at(flow.local.value, place) : NaN;
  const n = pass.forward[to.id].value.data.length / pass.forward[node.id].value.data.length;
  const wrong = before.length ? [[own, "predict.overwritten"], [sum, "predict.notAdded"]] : [];
  if (upstream !== 1) wrong.push([sum + local, "predict.upstream"], [local, "predict.upstream"]);
  if (local !== 1) wrong.push([sum + upstream, "predict.local"]);
  wrong.push([sum - own, "predict.sign"], [-right, "predict.sign"], [sum + upstream + local, "predict.plus"]);
  if (node.type === "square") wrong.push([sum + own / 2, "predict.factor"]);
  if (n > 1 && (node.type === "mean" || node.type === "sum")) wrong.push([node.type === "mean" ? own * n : own / n, node.type === "mean" ? "predict.sum" : "predict.mean"]);
  if (flow.share) wrong.push([at(flow.share, place), "predict.notSummed"]);
  if (node.type === "matmul") wrong.push(...transposed(flow.value, place), [own * pass.forward[to.id].value.shape[0], "predict.sum"]);
  const name = elementName(derivative(to), place, flow.value.shape), given = [derivative(node) + " = " + describe(pass.backward[node.id].gradient)];
  for (const i of new Set(node.inputs)) if (nodes[i].symbol !== describe(pass.forward[i].value)) given.push(nodes[i].symbol + " = " + describe(pass.forward[i].value));
  given.push(node.symbol + " = " + describe(pass.forward[node.id].value));
  const text = before.length ? say("predict.backward.more", name, number(sum), node.symbol) : say("predict.backward", name, node.symbol, node.formula);
  return [{text, given, right, wrong, flow}];
}

function updateQuestion(update) {
  const last = update.equations[update.equations.length - 1];
  if (!isAskable(update.after) || !update.gradient || !isAskable(update.before)) return [];
  const place = askedPlace(update.after), before = at(update.before, place), right = at(update.after, place), g = at(update.gradient, place);
  const given = update.equations.map(e => e.symbol + " ← " + e.formula + (e === last ? "" : " = " + describe(e.value)));
  given.push(update.variable + " = " + describe(update.before), "g = " + describe(update.gradient));
  for (const [word, operand] of Object.entries(last.operands || {})) if (operand.value) given.push((operand.name || word) + " = " + describe(operand.value));
  return [{text: say("predict.update", elementName(update.variable, place, update.after.shape)), given, right,
    wrong: [[2 * before - right, "predict.uphill"], [before - g, "predict.rate"], [before - right, "predict.change"], [right - before, "predict.change"], [-right, "predict.sign"]]}];
}

// As good as what is shown: within half a unit of the third digit.
const agrees = (answer, value) => Number.isFinite(value) && Math.abs(answer - value) <= Math.max(5e-3 * Math.abs(value), 1e-9);

/** Reads an answer: a number, or arithmetic such as 2 * -3. */
function answerOf(text) {
  const typed = text.trim().replace(/^=\s*/, "").replace(/(\d),(\d)/g, "$1.$2");
  if (!typed) return NaN;
  try {
    const value = updates.evaluate(typed, {});
    return value && value.data.length === 1 ? value.data[0] : NaN;
  } catch (e) {
    return NaN;
  }
}

function diagnose(question, answer) {
  if (agrees(answer, question.right)) return "predict.right";
  const found = question.wrong.find(([value]) => agrees(answer, value) && !agrees(value, question.right));
  if (found) return found[1];
  return Math.abs(answer - question.right) <= 0.1 * Math.abs(question.right) ? "predict.near" : "predict.wrong";
}

function showQuestion(panel) {
  if (predict.at !== view.step) Object.assign(predict, {at: view.step, part: 0, tries: 0});
  const questions = questionsOf(view.step), question = questions[Math.min(predict.part, questions.length - 1)];
  const form = element("form", "question", undefined, panel);
  element("h2", "", question.text, form);
  const given = element("ul", "given", undefined, form);
  for (const line of question.given) element("li", "", line, given);
  const row = element("div", "answer", undefined, form), input = element("input", "", undefined, row);
  Object.assign(input, {type: "text", autocomplete: "off", spellcheck: false, id: "answer", placeholder: say("predict.placeholder")});
  input.setAttribute("aria-label", question.text);
  element("button", "main", say("predict.check"), row).type = "submit";
  const skip = element("button", "", say("predict.skip"), row), verdict = element("p", "verdict", "", form);
  skip.type = "button";
  verdict.setAttribute("role", "status");
  form.addEventListener("submit", event => {
    event.preventDefault();
    const answer = answerOf(input.value);
    if (Number.isNaN(answer)) { verdict.textContent = say("predict.number"); return; }
    const found = diagnose(question, answer);
    if (found === "predict.right") { settle(questions, predict.tries === 0); return; }
    predict.tries++;
    verdict.textContent = say(found, question.flow ? nodes[question.flow.to].symbol : "");
    input.select();
  });
  skip.addEventListener("click", () => settle(questions, false));
  element("p", "note score", say("predict.score", predict.right, predict.total), form);
  if (document.activeElement === document.body || panel.contains(document.activeElement)) input.focus({preventScroll: true});
}

function settle(questions, first) {
  predict.total++;
  if (first) predict.right++;
  predict.part++;
  predict.tries = 0;
  if (predict.part >= questions.length) predict.done.add(view.step);
  refresh();
  if (predict.part >= questions.length) byId("next").focus({preventScroll: true}); else byId("answer").focus({preventScroll: true});
}

function togglePredict() {
  Object.assign(predict, {on: !predict.on, done: new Set(), right: 0, total: 0, tries: 0, part: 0, at: -1});
  if (predict.on) { view.all = false; if (view.step === steps.length - 1) view.step = 0; }
  byId("predict").setAttribute("aria-pressed", String(predict.on));
  go(view.step);
  refresh();
  if (predict.on && isAsking()) byId("answer").focus({preventScroll: true});
}

// Presenter mode: large text, one equation at a time, the panel hidden. And what closes when Escape is pressed.
const present = {on: false, part: 0, step: -1};

/** The equations of a step, one for a slide: {what, formula, numbers, value, kind}. */
function slidesOf(k) {
  const step = steps[k], told = narrate(k);
  if (isAsking()) return [{what: questionsOf(k)[0].text, formula: "", numbers: "", value: "?", kind: phaseOf(step)}];
  if (step.phase === "given") return [{what: told.title, formula: "", numbers: told.lines.slice(0, 8).map(l => l.what + (l.value ? " = " + l.value : "")).join(",  "), value: "", kind: "forward"}];
  if (step.phase !== "backward") return told.lines;
  const node = nodes[step.index], pass = passes[step.pass - 1];
  const flows = (pass.backward[node.id].gives || []).map(flow => ({what: say("slide.to", nodes[flow.to].symbol), formula: flow.rule, numbers: flow.numbers || "",
    value: describe(flow.value), kind: "backward"}));
  return flows.length ? flows : told.lines;
}

function showSlide() {
  byId("slide").hidden = !present.on;
  if (!present.on) return;
  if (present.step !== view.step) Object.assign(present, {step: view.step, part: present.last ? Infinity : 0});
  present.last = false;
  const slides = slidesOf(view.step), panel = byId("slide");
  present.part = Math.max(0, Math.min(slides.length - 1, present.part));
  const slide = slides[present.part] || {what: "", formula: "", numbers: "", value: "", kind: ""};
  panel.replaceChildren();
  panel.className = slide.kind;
  const head = element("p", "title", narrate(view.step).title, panel);
  if (slides.length > 1) element("span", "note", "  " + say("slide.part", present.part + 1, slides.length), head);
  const line = element("p", "equation", undefined, panel);
  if (slide.what && steps[view.step].phase !== "given") element("span", "what", slide.what, line);
  if (slide.formula) element("span", "formula", (slide.kind === "update" ? " ← " : slide.kind === "backward" ? ":  " : " = ") + slide.formula, line);
  if (slide.numbers && slide.numbers !== slide.value) element("span", "with", (steps[view.step].phase === "given" ? "" : " = ") + whole(slide.numbers), line);
  if (slide.value) element("span", "result", " = " + whole(slide.value), line);
}

function turnPage(direction) {
  const more = present.on && present.part + direction >= 0 && present.part + direction < slidesOf(view.step).length;
  if (more) { present.part += direction; showSlide(); return; }
  present.last = direction < 0;
  walkTo(nextStop(direction));
}

function togglePresenter() {
  present.on = !present.on;
  present.step = -1;
  document.body.classList.toggle("presenting", present.on);
  byId("present").setAttribute("aria-pressed", String(present.on));
  showSlide();
  start();
}

/** Closes the innermost thing that is open. */
function closeSomething() {
  if (present.on) togglePresenter();
  else if (view.selected >= 0) { view.selected = -1; view.stamp++; showDetail(); redraw(); }
  else if (predict.on) togglePredict();
  else if (bench.open && !byId("bench").hidden) closeBench();
}

// ---- All steps as text, for readers who do not see the graph and for paper
const MOST_TOLD = 400;
function fillTranscript() {
  const list = byId("transcript").querySelector("ol");
  list.replaceChildren();
  const asked = predict.on;
  predict.on = false;
  steps.slice(0, MOST_TOLD).forEach((step, k) => {
    const item = element("li", "", narrate(k).title, list);
    for (const line of slidesOf(k)) {
      const sign = line.kind === "update" && line.formula ? " ← " : line.kind === "backward" && line.formula ? ": " : " = ";
      const right = [line.formula, line.numbers !== line.value ? line.numbers : "", line.value].filter(Boolean).join(" = ");
      const text = line.what + (right ? sign + right : "");
      if (step.phase !== "given" || line.numbers) element("div", "", step.phase === "given" ? line.numbers : text, item);
    }
  });
  if (steps.length > MOST_TOLD) element("li", "", say("fold.more", steps.length - MOST_TOLD), list);
  predict.on = asked;
}
function startPresenter() {
  byId("transcript").addEventListener("toggle", () => { if (byId("transcript").open && data) fillTranscript(); });
  addEventListener("beforeprint", () => {
    if (!data) return;
    byId("transcript").open = true;
    fillTranscript();
    fit();
    draw();
  });
}

// The workbench: an expression is typed, and its graph is shown and trained as a trace is.
const bench = {open: false, text: "", values: new Map(), optimizer: "sgd", rate: 0.1, count: 1, trace: null};
const EXAMPLES = ["L = (tanh(a*b + c) - y)^2", "L = (w*x + b - y)^2", "L = a*b + a", "L = crossEntropy(W @ x + b, y)",
  "L = mean(square(X @ W + b - Y))", "h = relu(W @ x + b); L = sum(softmax(h)[?] * y)".replace("[?]", ""), "p = sigmoid(w*x + b); L = -y*log(p) - (1 - y)*log(1 - p)"];

function openBench(text) {
  if (!bench.open) { bench.trace = {data, step: view.step}; view.all = true; }
  bench.open = true;
  byId("bench").hidden = false;
  byId("benchbutton").setAttribute("aria-pressed", "true");
  byId("benchbutton").hidden = !bench.trace.data;
  byId("expression").value = text;
  typed();
}

function closeBench() {
  if (!bench.open || !bench.trace.data) return;
  bench.open = false;
  byId("bench").hidden = true;
  byId("benchbutton").setAttribute("aria-pressed", "false");
  view.all = false;
  showTrace(bench.trace.data, bench.trace.step);
}

/** Reads the text; a mistake is underlined and told, and what was shown before stays. */
function typed() {
  const text = byId("expression").value;
  bench.text = text;
  try {
    const trace = make(text);
    underline(text, null);
    const same = view.layout && sameGraph(trace);
    const shape = trace.passes[0].forward[trace.result].value.shape;
    const scalar = trace.passes[0].forward[trace.result].value.data.length === 1;
    byId("mistake").textContent = scalar ? "" : say("box.forwardOnly", trace.nodes[trace.result].label, shape.join(", "));
    byId("mistake").className = "hint";
    if (same) renewTrace(trace); else showTrace(trace, scalar ? trace.steps.findIndex(s => s.phase === "seed") : trace.steps.length - 1);
  } catch (e) {
    if (!(e instanceof language.Mistake) && !(e instanceof arrays.GraphError)) throw e;
    underline(text, e.from === undefined ? {from: 0, to: text.length} : e);
    byId("mistake").textContent = e.message + (e.near ? ": " + e.near : "");
    byId("mistake").className = "mistake";
  }
}

function make(text) {
  const {nodes: graph} = expressions.build(text, bench.values);
  return optimizers.trace(graph, {name: bench.optimizer, numbers: {"η": bench.rate}, steps: bench.count});
}

const sameGraph = trace => bench.open && trace.nodes.length === nodes.length && trace.passes.length === passes.length
  && trace.steps.length === steps.length && trace.nodes.every((n, i) => n.label === nodes[i].label && n.formula === nodes[i].formula
    && n.inputs.join() === nodes[i].inputs.join() && n.shape.join() === nodes[i].shape.join());

/** Shows the same graph with other numbers: nothing moves. */
function renewTrace(trace) {
  load(trace);
  live.prepared = null;
  prepareLive();
  view.whole.items.forEach(item => { if (item.node) item.node = nodes[item.node.id]; else item.exit = nodes[item.exit.id]; });
  [...view.whole.links, ...view.links].forEach(link => { link.edges = link.edges.map(e => edges[e.id]); });
  refresh();
}

/** Gives a leaf of the expression another value, from the first training step on. */
function changeBench(id, array) {
  bench.values.set(nodes[id].label, array);
  typed();
}

/** Reads "2", "[1, 2]" or "[[1, 2], [3, 4]]" as the value of a leaf; another shape makes another graph. */
function setArray(name, text) {
  try {
    const [{tree}] = language.parse(text);
    if (tree.kind !== "number" && tree.kind !== "array") throw new language.Mistake(say("box.wrongArray"), 0, text.length);
    bench.values.set(name, arrays.of("FLOAT64", tree.shape || [], tree.data || [tree.value]));
  } catch (e) {
    if (!(e instanceof language.Mistake)) throw e;
    return false;
  }
  typed();
  return true;
}

function underline(text, mistake) {
  const mirror = byId("mirror");
  mirror.replaceChildren();
  if (mistake) {
    mirror.append(text.slice(0, mistake.from));
    element("u", "", text.slice(mistake.from, mistake.to) || " ", mirror);
    mirror.append(text.slice(mistake.to));
  }
  byId("expression").setAttribute("aria-invalid", String(Boolean(mistake)));
  const field = byId("expression");
  field.style.height = "auto";
  field.style.height = Math.min(120, field.scrollHeight + 2) + "px";
}

function startBench() {
  byId("expression").addEventListener("input", typed);
  byId("expression").addEventListener("keydown", event => {
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); event.target.blur(); }
  });
  const examples = byId("examples");
  element("option", "", say("box.examples"), examples).value = "";
  for (const text of EXAMPLES) element("option", "", text, examples).value = text;
  examples.addEventListener("change", () => { if (examples.value) { bench.values.clear(); openBench(examples.value); examples.value = ""; } });
  for (const name in optimizers.table) element("option", "", name, byId("optimizer")).value = name;
  byId("optimizer").addEventListener("change", event => { bench.optimizer = event.target.value; typed(); });
  byId("rate").addEventListener("input", event => {
    const rate = Number(event.target.value);
    if (event.target.value !== "" && Number.isFinite(rate)) { bench.rate = rate; typed(); }
  });
  byId("passes").addEventListener("input", event => {
    const count = Math.round(Number(event.target.value));
    if (count >= 1 && count <= 50) { bench.count = count; typed(); }
  });
  byId("benchbutton").addEventListener("click", () => { if (bench.open) closeBench(); else openBench(bench.text || EXAMPLES[0]); });
  byId("link").addEventListener("click", async event => {
    keepAddress();
    try { await navigator.clipboard.writeText(location.href); event.target.textContent = say("box.copied"); } catch (e) { getSelection().selectAllChildren(byId("mistake")); }
  });
}

// The state of the page in its address, so that a link opens the same picture.
const arrayText = array => array.shape.length ? JSON.stringify(nested(array.shape, Array.from(array.data, v => Number(Number(v).toPrecision(7))))) : String(Number(Number(array.data[0]).toPrecision(7)));
function nested(shape, list) {
  if (shape.length <= 1) return list;
  const size = list.length / shape[0];
  return Array.from({length: shape[0]}, (_, i) => nested(shape.slice(1), list.slice(i * size, (i + 1) * size)));
}

function addressNow() {
  const parts = [];
  if (typeof playground !== "undefined" && playground.on) return "#train=" + encodeURIComponent(settingsText());
  const put = (key, value) => parts.push(key + "=" + encodeURIComponent(value));
  if (bench.open) {
    put("e", bench.text);
    if (bench.values.size) put("v", [...bench.values].filter(([name]) => nodes.some(n => n.label === name)).map(([name, array]) => name + ":" + arrayText(array)).join(";"));
    if (bench.optimizer !== "sgd") put("o", bench.optimizer);
    if (bench.rate !== 0.1) put("r", bench.rate);
    if (bench.count !== 1) put("n", bench.count);
  } else if (live.edits.size) {
    put("set", [...live.edits].map(([key, array]) => { const [pass, id] = key.split(":"); return pass + ":" + id + ":" + arrayText(array); }).join(";"));
  }
  if (view.step || parts.length) put("step", view.step + 1);
  if (Boolean(view.all) !== bench.open) put("all", view.all ? 1 : 0);
  return parts.length ? "#" + parts.join("&") : "";
}

function keepAddress() {
  const wanted = addressNow();
  if (wanted === location.hash || (!wanted && !location.hash) || wanted.length > 8000) return;
  try {
    history.replaceState(null, "", wanted || location.pathname + location.search);
  } catch (e) {
    location.hash = wanted;
  }
}

/** Reads the address: a Map of its parts; what cannot be read is left out. */
function readAddress(hash) {
  const parts = new Map();
  for (const part of hash.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    if (at < 1) continue;
    try { parts.set(part.slice(0, at), decodeURIComponent(part.slice(at + 1))); } catch (e) { continue; }
  }
  return parts;
}

function readArray(text) {
  if (text.length > 20000) return null;
  let value;
  try { value = JSON.parse(text); } catch (e) { return null; }
  const shape = [];
  for (let v = value; Array.isArray(v); v = v[0]) { shape.push(v.length); if (shape.length > 3 || !v.length) return null; }
  const data = [value].flat(Infinity);
  const regular = (v, depth) => depth === shape.length ? typeof v === "number" : Array.isArray(v) && v.length === shape[depth] && v.every(w => regular(w, depth + 1));
  return regular(value, 0) && data.every(Number.isFinite) ? {shape, data} : null;
}

/** Opens what the address says; without a part for it, what the file contains. */
function openAddress() {
  const parts = readAddress(location.hash), step = Number(parts.get("step") || 0) - 1;
  if (parts.has("e")) {
    for (const item of (parts.get("v") || "").split(";")) {
      const at = item.indexOf(":"), array = at > 0 ? readArray(item.slice(at + 1)) : null;
      if (array) bench.values.set(item.slice(0, at), arrays.of("FLOAT64", array.shape, array.data));
    }
    if (Object.hasOwn(optimizers.table, parts.get("o") || "")) bench.optimizer = parts.get("o");
    if (Number.isFinite(Number(parts.get("r") || NaN))) bench.rate = Number(parts.get("r"));
    bench.count = Math.max(1, Math.min(50, Math.round(Number(parts.get("n") || 1)) || 1));
    byId("optimizer").value = bench.optimizer;
    byId("rate").value = bench.rate;
    byId("passes").value = bench.count;
    openBench(parts.get("e"));
    if (parts.get("all") === "0") { view.all = false; refresh(); }
    if (step >= 0 && steps) go(step);
    return;
  }
  view.all = parts.get("all") === "1";
  if (!data) { openBench(EXAMPLES[0]); return; }
  for (const item of (parts.get("set") || "").split(";")) {
    const [pass, id, text] = item.split(/:(.*?):(.*)/s), array = text ? readArray(text) : null, node = nodes[Number(id)];
    if (!array || !node || !isLeaf(node) || !passes[Number(pass)] || prepareLive().reason) continue;
    if (arrays.sameShape(array.shape, valueOfShape(node.id))) live.edits.set(Number(pass) + ":" + node.id, arrays.of(node.dtype, array.shape, array.data));
  }
  if (live.edits.size) {
    try { recompute(); } catch (e) { live.edits.clear(); recompute(); }
  }
  if (step > 0) go(step);
  showChanges();
}
const valueOfShape = id => passes[0].forward[id].value.shape;
for (const happening of ["pointerup", "keyup", "change", "click"]) document.addEventListener(happening, () => { if (data) keepAddress(); });

// Files: a trace that was written as JSON opens when it is dropped on the page, and what is shown can be saved.
const files = {most: 64e6, nodes: 50000, elements: 2e7};

/** Returns what is wrong with a trace that was read from JSON, in words; nothing if it can be shown. */
function faultOf(trace) {
  const list = (value, most = files.elements) => Array.isArray(value) && value.length <= most, object = value => typeof value === "object" && value !== null && !Array.isArray(value);
  const fail = (place, what) => { throw new arrays.GraphError(say("file.fault", place, what)); };
  const text = (value, place) => { if (typeof value !== "string") fail(place, say("file.text")); };
  const whole = (value, low, high, place) => { if (!Number.isInteger(value) || value < low || value > high) fail(place, say("file.number", low, high)); };
  let elements = 0;
  const special = new Set(["NaN", "Infinity", "-Infinity"]);
  const array = (value, place) => {
    if (!object(value) || !list(value.shape, 32)) fail(place, say("file.array"));
    value.shape.forEach(d => whole(d, 0, 2 ** 31, place + ".shape"));
    const size = value.shape.reduce((a, b) => a * b, 1);
    if (value.data === undefined) {
      for (const key of ["min", "max", "norm", "largest", "first"]) if (typeof value[key] !== "number" && !special.has(value[key])) fail(place + "." + key, say("file.element"));
      if (!list(value.corner, 8) || !value.corner.length || !value.corner.every(row => list(row, 8))) fail(place + ".corner", say("file.array"));
      if (value.blocks !== undefined && !(object(value.blocks) && list(value.blocks.extremes, 4096) && value.blocks.extremes.length === value.blocks.rows * value.blocks.columns)) fail(place + ".blocks", say("file.array"));
      return;
    }
    if (!list(value.data) || value.data.length !== size) fail(place + ".data", say("file.length", size));
    elements += size;
    if (elements > files.elements) fail(place, say("file.large"));
    if (!value.data.every(v => typeof v === "number" || special.has(v))) fail(place + ".data", say("file.element"));
  };
  const nothingOr = (value, place) => { if (value !== null && value !== undefined) array(value, place); };
  if (!object(trace) || trace.format !== "autodiff-trace") fail("format", say("file.format"));
  if (trace.version !== 2) fail("version", say("file.version", 2));
  if (!list(trace.nodes, files.nodes) || !trace.nodes.length) fail("nodes", say("file.list"));
  const n = trace.nodes.length;
  trace.nodes.forEach((node, i) => {
    const place = "nodes[" + i + "]";
    if (!object(node) || node.id !== i) fail(place + ".id", say("file.id", i));
    for (const key of ["name", "label", "op", "formula", "source"]) { if (node[key] === undefined && key === "source") node.source = ""; text(node[key], place + "." + key); }
    if (node.symbol !== undefined) text(node.symbol, place + ".symbol");
    if (!["placeholder", "variable", "constant", "operation"].includes(node.kind)) fail(place + ".kind", say("file.kind"));
    if (!["FLOAT32", "FLOAT64", "INT32"].includes(node.dtype)) fail(place + ".dtype", say("file.dtype"));
    if (!list(node.inputs, 10000) || !list(node.shape, 32)) fail(place, say("file.list"));
    node.inputs.forEach(input => whole(input, 0, i - 1, place + ".inputs"));
    node.shape.forEach(d => { if (d !== null) whole(d, 0, 2 ** 31, place + ".shape"); });
    if (node.operands !== undefined && !(list(node.operands, 10000) && node.operands.every(id => Number.isInteger(id) && id >= -1 && id < i))) fail(place + ".operands", say("file.list"));
  });
  whole(trace.result, 0, n - 1, "result");
  if (!list(trace.passes, 10000) || !trace.passes.length) fail("passes", say("file.list"));
  trace.passes.forEach((pass, p) => {
    const place = "passes[" + p + "]";
    if (!object(pass) || !list(pass.forward, n) || pass.forward.length !== n || !list(pass.backward, n) || pass.backward.length !== n || !list(pass.updates, n + 10000)) fail(place, say("file.entries", n));
    if (pass.number !== p + 1) fail(place + ".number", say("file.id", p + 1));
    pass.forward.forEach((f, i) => { if (!object(f)) fail(place + ".forward[" + i + "]", say("file.array")); array(f.value, place + ".forward[" + i + "].value"); (f.masks || []).forEach(m => array(m, place + ".masks")); });
    pass.backward.forEach((b, i) => {
      const at = place + ".backward[" + i + "]";
      if (!object(b)) fail(at, say("file.array"));
      nothingOr(b.gradient, at + ".gradient");
      if (b.gradient === undefined) b.gradient = null;
      for (const flow of b.gives || []) {
        if (!object(flow) || trace.nodes[i].inputs[flow.operand] !== flow.to || !Number.isInteger(flow.operand)) fail(at + ".gives", say("file.flow"));
        text(flow.rule, at + ".gives.rule");
        array(flow.value, at + ".gives.value");
        nothingOr(flow.share, at + ".gives.share");
        if (flow.local !== undefined) { if (!object(flow.local)) fail(at + ".gives.local", say("file.array")); text(flow.local.formula, at + ".gives.local.formula"); array(flow.local.value, at + ".gives.local.value"); }
      }
      if (b.order !== undefined && !(list(b.order, n) && b.order.every(from => (pass.backward[from] && pass.backward[from].gives || []).some(f => f.to === i)))) fail(at + ".order", say("file.list"));
    });
    pass.updates.forEach((u, i) => {
      const at = place + ".updates[" + i + "]";
      if (!object(u) || !list(u.equations, 100) || !u.equations.length || !list(u.memory, 100)) fail(at, say("file.list"));
      text(u.variable, at + ".variable");
      whole(u.node, -1, n - 1, at + ".node");
      array(u.before, at + ".before"); array(u.after, at + ".after"); nothingOr(u.gradient, at + ".gradient");
      for (const e of u.equations) { text(e.symbol, at + ".symbol"); text(e.formula, at + ".formula"); array(e.value, at + ".value"); }
      for (const m of u.memory) { text(m.name, at + ".memory"); array(m.before, at + ".memory"); array(m.after, at + ".memory"); }
    });
  });
  if (!list(trace.steps, 20 * files.nodes) || !trace.steps.length) fail("steps", say("file.list"));
  trace.steps.forEach((step, k) => {
    const place = "steps[" + k + "]";
    if (!object(step)) fail(place, say("file.list"));
    whole(step.pass, 1, trace.passes.length, place + ".pass");
    if (!["given", "forward", "seed", "backward", "update"].includes(step.phase)) fail(place + ".phase", say("file.kind"));
    const high = step.phase === "update" ? trace.passes[step.pass - 1].updates.length : n;
    whole(step.index, step.phase === "given" ? -1 : 0, high - 1, place + ".index");
  });
}

/** Opens the text of a trace; what cannot be shown is told, and what was shown stays. */
function openTrace(text) {
  try {
    if (text.length > files.most) throw new arrays.GraphError(say("file.large"));
    let trace;
    try { trace = JSON.parse(text); } catch (e) { throw new arrays.GraphError(say("file.json", e.message)); }
    faultOf(trace);
    if (typeof playground !== "undefined" && playground.on) showPlayground(false);
    Object.assign(bench, {open: false, trace: {data: trace, step: 0}});
    byId("bench").hidden = true;
    byId("benchbutton").hidden = false;
    byId("benchbutton").setAttribute("aria-pressed", "false");
    view.all = false;
    showTrace(trace, 0);
    toast("");
  } catch (e) {
    if (!(e instanceof arrays.GraphError)) throw e;
    toast(say("file.refused", e.message));
  }
}

function toast(text) {
  byId("toast").textContent = text;
  byId("toast").hidden = !text;
}

async function take(file) {
  if (!file) return;
  const text = await file.slice(0, files.most + 1).text(), train = typeof playground !== "undefined" && playground.on;
  if (train && !/^\s*\{/.test(text)) dropCsv(text.slice(0, 2e6)); else openTrace(text);
}

function save(name, type, text) {
  const link = element("a", "", undefined, document.body);
  link.href = URL.createObjectURL(new Blob([text], {type}));
  link.download = name;
  link.click();
  setTimeout(() => { URL.revokeObjectURL(link.href); link.remove(); }, 1000);
}

/** The trace as it is shown, with the numbers that were changed. */
const traceText = () => JSON.stringify({...data, passes: data.passes.map((pass, i) => ({...pass, forward: passes[i].forward, backward: passes[i].backward, updates: passes[i].updates}))},
  (key, value) => value instanceof Float32Array || value instanceof Float64Array || value instanceof Int32Array ? Array.from(value)
    : key === "summary" || key === "scope" || key === "short" || key === "groups" || key === "inline" ? undefined
      : typeof value === "number" && !Number.isFinite(value) ? String(value) : value);

/** The whole graph as an SVG file of its own, in the colours of the page. */
function pictureText() {
  const copy = canvas.cloneNode(true), style = svg("style", {}), {width, height} = view.layout;
  style.textContent = document.querySelector("style") ? document.querySelector("style").textContent.replace(/:root/g, "svg") : [...document.styleSheets[0].cssRules].map(r => r.cssText.replace(/:root/g, "svg")).join("\n");
  copy.setAttribute("xmlns", SVG);
  for (const [key, value] of Object.entries({viewBox: `0 0 ${width} ${height}`, width, height, "data-theme": document.documentElement.dataset.theme || ""})) copy.setAttribute(key, value);
  copy.querySelector("g").removeAttribute("transform");
  copy.prepend(style);
  return new XMLSerializer().serializeToString(copy);
}

function startFiles() {
  document.addEventListener("dragover", event => event.preventDefault());
  document.addEventListener("drop", event => { event.preventDefault(); take(event.dataTransfer.files[0]); });
  byId("tracefile").addEventListener("change", event => { take(event.target.files[0]); byId("help").close(); event.target.value = ""; });
  byId("opentracefile").addEventListener("click", () => byId("tracefile").click());
  byId("savejson").addEventListener("click", () => { if (data) save("trace.json", "application/json", traceText()); });
  byId("savesvg").addEventListener("click", () => { if (data) { wholeGraph(); draw(); save("graph.svg", "image/svg+xml", pictureText()); } });
  byId("toast").addEventListener("click", () => toast(""));
}

// The controls: steps, playing, the panels, keys, pointers.
const byId = id => document.getElementById(id);
let playing = 0;

function element(tag, className, text, parent) {
  const e = document.createElement(tag);
  if (className) e.className = className;
  if (text !== undefined) e.textContent = text;
  if (parent) parent.appendChild(e);
  return e;
}

function go(k) {
  view.step = Math.max(0, Math.min(steps.length - 1, k));
  view.stamp = (view.stamp || 0) + 1;
  const step = steps[view.step], phase = phaseOf(step);
  byId("slider").value = view.step;
  byId("slider").setAttribute("aria-valuetext", say("page.step", view.step + 1, steps.length, say("train.phase." + phase)));
  byId("count").textContent = (view.step + 1) + " / " + steps.length;
  byId("pass").textContent = passes.length > 1 ? say("page.pass", step.pass, passes.length) : "";
  byId("first").disabled = byId("back").disabled = view.step === 0;
  byId("last").disabled = byId("next").disabled = view.step === steps.length - 1;
  for (const button of byId("phases").children) {
    if (button.dataset.phase === phase) button.setAttribute("aria-current", "step"); else button.removeAttribute("aria-current");
  }
  showStep(phase);
  showDetail();
  if (step.pass !== view.pass) { view.pass = step.pass; syncLeaves(); }
  keepNear(nodeAt(step));
  follow(false);
  redraw();
}

function select(id, show) {
  view.selected = id;
  view.stamp++;
  if (show) {
    const hidden = nodes[id].groups.filter(s => view.collapsed.has(s));
    hidden.forEach(s => view.collapsed.delete(s));
    if (view.near) view.centre = id;
    if (hidden.length || view.near && view.itemOf[id] < 0) rearrange();
    if (view.scale < FAR && view.items.length > DRAW_ALL) view.scale = 0.8;
    center(view.items[view.itemOf[id]].box);
  }
  showDetail();
  if (isLeaf(nodes[id]) && !byId("leafrows").querySelector(`[data-leaf="${id}"]`)) showLeaves();
  for (const row of byId("leafrows").children) row.classList.toggle("selected", row.dataset.leaf === String(id));
  redraw();
}

function rearrange() {
  arrange();
  view.stamp++;
  showScopes();
  redraw();
}

function play(on) {
  clearTimeout(playing);
  playing = 0;
  if (on) {
    if (view.step === steps.length - 1) go(0);
    const tick = () => {
      if (view.step === steps.length - 1) { play(false); return; }
      go(nextStop(1));
      playing = setTimeout(tick, Number(byId("speed").value));
    };
    playing = setTimeout(tick, Number(byId("speed").value));
  }
  byId("play").textContent = say(playing ? "train.pause" : "train.play");
  byId("play").setAttribute("aria-label", say(playing ? "train.pause" : "train.play"));
}
const walkTo = k => { play(false); go(k); };

function toPhase(phase) {
  const pass = steps[view.step].pass;
  const k = steps.findIndex(s => s.pass === pass && phaseOf(s) === phase);
  if (k >= 0) walkTo(k);
}

function otherPhase(direction) {
  const key = s => s.pass + phaseOf(s), now = key(steps[view.step]);
  let k = view.step;
  while (steps[k] && key(steps[k]) === now) k += direction;
  if (!steps[k]) { walkTo(direction > 0 ? steps.length - 1 : 0); return; }
  if (direction < 0) { const before = key(steps[k]); while (k > 0 && key(steps[k - 1]) === before) k--; }
  walkTo(k);
}

function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
}

const keys = {
  ArrowRight: () => walkTo(nextStop(1)), ArrowLeft: () => walkTo(nextStop(-1)),
  PageDown: () => turnPage(1), PageUp: () => turnPage(-1), s: togglePresenter, Escape: closeSomething,
  ArrowDown: () => otherPhase(1), ArrowUp: () => otherPhase(-1),
  Home: () => walkTo(0), End: () => walkTo(steps.length - 1), " ": () => play(!playing),
  "+": () => zoomAt(1.25, stage.clientWidth / 2, stage.clientHeight / 2), "=": () => keys["+"](),
  "-": () => zoomAt(0.8, stage.clientWidth / 2, stage.clientHeight / 2),
  f: wholeGraph, n: () => { setNear(!view.near, view.selected >= 0 ? view.selected : nodeAt(steps[view.step])); start(); }, a: () => { view.all = !view.all; refresh(); }, p: togglePredict, e: () => byId("benchbutton").click(), c: () => { if (members.size) foldAll(); }, t: switchTheme, "/": () => byId("jump").focus(),
  "?": () => byId("help").showModal(),
};
document.addEventListener("keydown", event => {
  const target = event.target, typing = target.matches("input:not([type=range]), select, textarea");
  if (document.body.classList.contains("training") && !["t", "?", "e"].includes(event.key)) return;
  if (event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
  if (typing) { if (event.key === "Escape") target.blur(); return; }
  const active = target.closest("[data-id], [data-scope]");
  if (active && canvas.contains(active) && (event.key === "Enter")) { event.preventDefault(); open(active); return; }
  if (target.matches("input[type=range]:not(#slider)") && event.key.startsWith("Arrow")) return;
  if (target.matches("button, summary") && (event.key === " " || event.key === "Enter")) return;
  if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
});

function open(target) {
  if (target.dataset.scope) toggle(target.dataset.scope); else select(Number(target.dataset.id), false);
}

const pointers = new Map();
let moved = 0, pressed = null, scrubbing = false;
canvas.addEventListener("pointerdown", event => {
  scrubbing = pointers.size === 0 && startScrub(event.target, event.clientX);
  pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
  pressed = event.target.closest("[data-id], [data-scope]");
  if (pointers.size === 1) moved = 0;
  canvas.setPointerCapture(event.pointerId);
});
canvas.addEventListener("pointermove", event => {
  const old = pointers.get(event.pointerId);
  if (!old) return;
  const at = [event.offsetX, event.offsetY];
  if (scrubbing) { moveScrub(event.clientX); moved = scrub.moved ? 100 : 0; return; }
  if (pointers.size === 1) { view.x += at[0] - old[0]; view.y += at[1] - old[1]; }
  else {
    const other = [...pointers].find(([id]) => id !== event.pointerId)[1];
    const before = Math.hypot(old[0] - other[0], old[1] - other[1]), after = Math.hypot(at[0] - other[0], at[1] - other[1]);
    if (before > 0) zoomAt(after / before, other[0], other[1]);
  }
  moved += Math.abs(at[0] - old[0]) + Math.abs(at[1] - old[1]);
  pointers.set(event.pointerId, at);
  if (moved > 5) canvas.classList.add("moving");
  redraw();
});
const release = event => {
  if (!pointers.delete(event.pointerId)) return;
  canvas.classList.remove("moving");
  scrubbing = false;
  if (moved <= 5 && event.type === "pointerup") {
    if (pressed) open(pressed); else pickFar(event.offsetX, event.offsetY);
  }
};
canvas.addEventListener("pointerup", release);
canvas.addEventListener("pointercancel", release);
canvas.addEventListener("wheel", event => {
  event.preventDefault();
  zoomAt(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), event.offsetX, event.offsetY);
}, {passive: false});

// Where boxes are drawn as one path, finds the one that was meant.
function pickFar(px, py) {
  const x = (px - view.x) / view.scale, y = (py - view.y) / view.scale, slack = 6 / view.scale;
  const hit = view.items.find(i => x > i.box.x - slack && x < i.box.x + i.box.w + slack && y > i.box.y - slack && y < i.box.y + i.box.h + slack);
  if (!hit) { if (view.selected >= 0) { view.selected = -1; view.stamp++; showDetail(); redraw(); } return; }
  if (hit.scope) toggle(hit.scope); else select(hit.node.id, false);
}

for (const [id, key] of [["first", "Home"], ["back", "ArrowLeft"], ["next", "ArrowRight"], ["last", "End"], ["play", " "],
  ["zoomin", "+"], ["zoomout", "-"], ["fit", "f"], ["near", "n"], ["fold", "c"], ["theme", "t"], ["helpbutton", "?"], ["all", "a"], ["predict", "p"], ["present", "s"]]) {
  byId(id).addEventListener("click", () => keys[key]());
}
byId("helpclose").addEventListener("click", () => byId("help").close());
byId("slider").addEventListener("input", () => walkTo(Number(byId("slider").value)));
byId("phases").addEventListener("click", event => { if (event.target.dataset.phase) toPhase(event.target.dataset.phase); });
byId("search").addEventListener("submit", event => {
  event.preventDefault();
  const text = byId("jump").value.trim().toLowerCase();
  const found = nodes.find(n => n.label.toLowerCase() === text) || nodes.find(n => text && n.label.toLowerCase().includes(text));
  byId("jump").setCustomValidity(found ? "" : say("search.none"));
  if (!found) { byId("jump").reportValidity(); return; }
  const pass = passes[steps[view.step].pass - 1];
  const k = phaseOf(steps[view.step]) === "forward" ? pass.value[found.id] : pass.grad[found.id];
  if (k !== Infinity) walkTo(k);
  select(found.id, true);
});
byId("jump").addEventListener("input", () => byId("jump").setCustomValidity(""));
new ResizeObserver(() => { if (view.layout) { follow(true); redraw(); } }).observe(stage);

/** Shows a trace from a step on: a large graph folded, and a very large one around the step. */
function showTrace(trace, step) {
  play(false);
  load(trace);
  live.prepared = null;
  live.edits = new Map();
  live.message = "";
  Object.assign(predict, {done: new Set(), at: -1});
  document.body.classList.toggle("few", nodes.length <= 40);
  Object.assign(view, {selected: -1, pass: 0, collapsed: foldedAtFirst()});
  byId("transcript").open = false;
  byId("title").textContent = say(bench.open ? "title.expression" : "title.trace", result.label);
  byId("slider").max = steps.length - 1;
  for (const button of byId("phases").children) button.disabled = !steps.some(s => phaseOf(s) === button.dataset.phase);
  byId("names").replaceChildren();
  for (const node of nodes.slice(0, 2000)) element("option", "", undefined, byId("names")).value = node.label;
  view.step = Math.max(0, Math.min(steps.length - 1, step));
  gather();
  setNear(view.whole.items.length > DRAW_ALL, nodeAt(steps[view.step]));
  showScopes();
  showLeaves();
  go(view.step);
  showChanges();
  byId("all").setAttribute("aria-pressed", String(Boolean(view.all)));
  start();
}

startBench();
startPresenter();
startFiles();
const embedded = JSON.parse(byId("data").textContent);
if (embedded) showTrace(embedded, 0);
openAddress();

