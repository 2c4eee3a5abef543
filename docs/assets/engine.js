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
  "fold.repeat": "{0} × {1}",
  "fold.repetition": "{0} of {1}: {2}",
  "fold.more": "and {0} more",
  "fold.aria": "{0}, folded, {1}, {2} computed, {3} with gradient",
  "fold.expanded": "Scope {0}, expanded",
  "fold.inside": "This happens inside {0}, which is one box here.",
  "fold.open": "Open {0}",
  "fold.close": "Fold {0} into one box",
  "fold.in": "in",

  "arrow.title": "Back from {0} to {1}",
  "arrow.what": "The contribution of {0} to {1}: how fast {2} changes with {3} by way of {0} alone.",
  "arrow.told": "contribution of {0} to {1}: {2}",
  "arrow.sum": "All contributions to {0} add up to {1}.",
  "array.words": "norm: the square root of the sum of all squares, the length of the array as a vector. |max|: its largest number, without the sign.",

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
  "live.large": "more than {0} numbers, which can be changed in the program only",
  "live.not": "These values cannot be changed here: {0}.",
  "live.changed": "Changed by you: {0}",
  "live.reset": "Back to the recorded numbers",
  "live.refused": "Not possible: {0}",
  "live.drag": "{0}, drag to change",
  "live.element": "{0}, element {1}",

  "word.upstream": "upstream",
  "word.local": "local derivative",
  "word.contribution": "contribution",
  "word.upstream.first": "The *upstream gradient* says how much {0} changes when the node that we go back through changes a little. Here that is {0} itself, so it is 1; later it is what has arrived from the nodes that use it.",
  "word.upstream.what": "The *upstream gradient* says how much {0} changes when {1} changes a little. It has arrived from the nodes that use {1}.",
  "word.local.what": "The *local derivative* says how much {1} changes when {0} changes a little. Only this one operation is needed to know it.",
  "word.chain": "The *chain rule*: how fast {0} changes with {1} is how fast {0} changes with {2} (upstream), times how fast {2} changes with {1} (local derivative). Backpropagation is this rule, applied at one node after the other.",
  "word.norm": "In a box or on an arrow, an array with many numbers stands as its shape and two sizes. The *norm* is the square root of the sum of all squares: the length of the array as a vector. *|max|* is its largest number, without the sign.",
  "word.adjoint": "The derivative of the result by a node is called the node's gradient, or its *adjoint*. Of the result itself it is 1: if {0} grows by a little, {0} grows by just as much.",
  "word.new": "New words",

  "why.button": "Why, and does it hold?",
  "why.derive": "{0} = {1}. {2}",
  "why.nudge": "Nudge {0} by",
  "why.moves": "{0}: {1} → {2}",
  "why.measured": "measured: {0} changes by",
  "why.predicted": "predicted: gradient × nudge",
  "why.close": "Both agree to {0}: the gradient is the slope at this point.",
  "why.apart": "They differ, as {0} is no straight line here. With half the nudge they differ by {1} only: the smaller it is, the better they agree.",
  "why.kink": "They differ, and with half the nudge still by half of it or more: {0} has a kink or a jump here, or the change is too small to measure.",
  "why.meet": "{0} paths meet at {1}",
  "why.light": "Show the path through {0}",
  "why.add": "Why add? A small change of {0} reaches {1} on each of these paths at the same time. Each moves {1} by its own contribution, and small changes add up.",
  "why.summed": "{0} was repeated to fit the others. Each repetition contributes, so the contributions are added over the repeated axis.",
  "why.rule": "In arrays, the product of upstream and local derivative is written in one go: {0}.",

  "derive.add": "If {x} grows by 1, {y} grows by 1, whatever the other is.",
  "derive.sub.0": "If {x} grows by 1, {y} grows by 1.",
  "derive.sub.1": "If {x} grows by 1, {y} falls by 1.",
  "derive.mul": "If {x} grows by 1, there is one more {other}: {y} grows by {other}.",
  "derive.div.0": "If {x} grows by 1, {y} grows by 1 / {other}.",
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
  "derive.maximum": "Only the larger one decides, so all of the change comes from it. Where both are equal, each counts half.",
  "derive.minimum": "Only the smaller one decides, so all of the change comes from it. Where both are equal, each counts half.",
  "derive.where": "Only the chosen side decides.",
  "derive.sum": "Each element counts once: if one grows by 1, the sum grows by 1.",
  "derive.mean": "Each of n elements counts with the weight 1 / n.",
  "derive.max": "Only the largest element decides.",
  "derive.min": "Only the smallest element decides.",
  "derive.matmul.0": "Row i of the left matrix meets every column of the right one: each element of {x} is multiplied by a row of {other}, which is why {other} stands transposed.",
  "derive.matmul.1": "Each element of {x} is multiplied by a column of {other}; summing over the rows of {other} is the product with {other} transposed.",
  "derive.transpose": "Elements only change places, and their gradients go back to where they came from.",
  "derive.softmax": "All outputs share one sum: if one grows, the others must shrink. This is why the sum over all is subtracted.",
  "derive.softmaxCrossEntropy.0": "Softmax and logarithm undo most of each other: what is left is the probability minus the label.",
  "derive.sigmoidCrossEntropy.0": "Sigmoid and logarithm undo most of each other: what is left is the probability minus the label.",

  "box.examples": "Examples",
  "box.array": "numbers, or rows of numbers: [1, 2] or [[1, 2], [3, 4]]",
  "box.copied": "Copied",
  "box.forwardOnly": "A gradient is of one number, but {0} has shape [{1}]: put sum(…) or mean(…) around it.",
  "box.wrongArray": "This is not an array of numbers",
  "predict.forward": "What is {0}?",
  "predict.backward": "What is {0}? It comes back through {1}.",
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
  "tour.title": "A tour of this page",
  "tour.graph": "The graph: a box for each number or array, arrows from what is used to what is computed. Drag to move it, turn the wheel to zoom, click a box for all about it.",
  "tour.next": "One step at a time: → and ← do the same, the space bar plays.",
  "tour.phases": "Forward, values are computed. Backward, gradients come back. Update, the optimizer changes the variables. Each button goes to where that begins.",
  "tour.step": "What happens now: the formula, the numbers in it, the result. On the way back, upstream times local derivative is the contribution; each of them can be asked why.",
  "tour.values": "Change a value: everything that depends on it follows, forward and backward.",
  "tour.predict": "Say the next number before it is shown. A mistake gets its name.",
  "tour.expression": "Write an expression of your own: it becomes a graph with all its numbers.",
  "tour.present": "For a projector: large letters, one equation at a time.",
  "tour.help": "All keys, this tour, and files: traces written by programs open here, the picture is saved.",
  "tour.further": "Next",
  "tour.back": "Back",
  "tour.end": "End the tour",
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
  "train.zeros": "All weights start at 0: the neurons of a layer compute the same and get the same gradient, or none, so that without dropout they stay equal. Choose another start.",
  "train.click": "Click on the output to add points; with shift or the right button, of the other class.",
  "train.csv.hint": "Click on the output to set points of your own, or drop a CSV file: x, y, class.",
  "train.own.hint": "Your own points: click for one class, shift or right click for the other.",
  "train.csv.curve.hint": "Click on the output to set points of your own, or drop a CSV file: x, y.",
  "train.own.curve.hint": "Your own points: click to add more.",
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
  "train.that": "{0} {1}, dashed",
  "train.alone": "nothing",
  "train.axis.step": "step", "train.axis.loss": "loss",
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
  "page.contribution": "on an arrow: contribution to a gradient",
  "page.update2": "update",
  "page.noGradientFlows": "no gradient flows",
  "page.nan": "NaN",
  "page.values": "Values",
  "page.allStepsAsText": "All steps as text",
  "page.keys": "Help",
  "page.trainingHelp": "Play trains the network: a step takes one batch forward and back, and changes the weights. One step, one operation and one epoch go on by hand; Rewind begins again with the same weights. Each picture shows what a neuron gives over the plane, blue below 0 and orange above; lines are weights, dots biases: click one to set it. Filled points are for training, open ones for the test. The address keeps all settings. Keys: t for light or dark, e for expressions and back, ? for this help.",
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
  "page.dragToMoveThe": "Drag to move the graph, turn the wheel or pinch to zoom, click a node to see its numbers. Blue numbers are values, orange ones gradients: on an arrow stands what flows back along it (click on it to see how it comes about), in a box the sum of what has arrived. Of a large array there are its norm, the square root of the sum of all squares, and |max|, its largest number without the sign. ∂ is short for the derivative of the result with respect to this node. Drag the value of a leaf sideways, or type another one in the panel: everything that depends on it follows.",
  "page.openATraceJson": "Open a trace (JSON)",
  "page.saveAsJson": "Save as JSON",
  "page.saveThePictureSvg": "Save the picture (SVG)",
  "page.saveThePicturePng": "Save the picture (PNG)",
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
  "graph.reshape": "shape {0} does not fit into {2}: the number of elements is {1}",
  "text.numbers": "This has more than 10,000 numbers",
  "text.argument": "{0} takes 1 argument, but there are {2}",
  "text.arguments": "{0} takes {1} arguments, but there are {2}",
  "text.unexpected": "“{0}” was not expected here",
  "train.knobActivation": "Activation",
  "text.number": "This must be a number",
  "text.transpose": "Only a matrix is transposed, but this has shape {0}",
  "text.matmul": "@ multiplies matrices and vectors, but one side is a number; use *",
  "text.product": " element by element; the product of matrices is written @",
  "text.taken": "“{0}” has a value already; give this another name",
  "text.nothing": "There is nothing to compute: an operation is missing",
  "text.longest": "This is longer than {0} characters",
  "text.largeNumber": "This number is too large",
  "text.sign": "“{0}” has no meaning here",
  "text.parts": "This has more than {0} parts",
  "text.end": "the end",
  "text.missing": "A “{0}” is missing {1}",
  "text.missingBefore": "A “{0}” is missing {1} before {2}",
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
  "text.call": "“{0}” is a function: write {0}( … )",
  "text.compare": "“{0}” has no meaning here; greater(a, b) is 1 where a is greater than b, and 0 elsewhere",
  "text.either": "{0} or {1}",
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
        if (!value) throw new Mistake(say(c === ">" || c === "<" ? "text.compare" : "text.sign", c), i, i + 1);
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
    const assigned = new Set(list.filter((token, i) => list[i + 1] && list[i + 1].text === "=").map(token => token.text));
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
      if (!is(sign)) wrong(peek().kind === "end" ? say("text.missing", sign, why) : say("text.missingBefore", sign, why, named(peek())));
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
        const left = text.slice(x.from, x.to), short = left.length > 20 ? say("text.left") : "“" + left + "”";
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
        if (functions.has(token.text) && !is("(") && !assigned.has(token.text)) wrong(say("text.call", token.text), token);
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
  const written = {"σ": "sigmoid", "Σ": "sum"};
  /** The function that a name may be meant for: in a short name fewer letters may differ. */
  const nearest = name => written[name] || [...functions.keys()].map(f => [distance(name.toLowerCase().slice(0, 30), f.toLowerCase()), f])
    .sort((p, q) => p[0] - q[0]).filter(([d]) => d <= Math.min(2, name.length / 3)).map(([, f]) => f)[0];

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
        if (e instanceof GraphError) throw new Mistake(e.message[0].toUpperCase() + e.message.slice(1) + this.instead(type, inputs), tree.from, tree.to);
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
      if (type === "pow" && args[0].kind === "name" && args[0].name === "e" && !this.ownE) return this.call({...tree, name: "exp", args: [args[1]]});
      if (tree.called) {
        const [least, most] = Array.isArray(wanted) ? wanted : [wanted, wanted];
        if (args.length < least || args.length > most) {
          const need = least === most ? least : say(most === least + 1 ? "text.either" : "array.range", least, most);
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
      const size = numbers.reduce((a, b) => a * b, 1), [first] = args;
      if (type === "reshape" && !this.isKnown(first) && numbers.every(n => Number.isInteger(n) && n > 0) && size <= 64) this.leaf(first.name, [size], first.from, first.to);
      const ids = this.operands(type, args, tree.options);
      return this.make(type, ids, numbers, tree);
    }

    // Books write a dot for products of matrices too.
    instead(type, inputs) {
      const [a, b] = inputs.map(id => this.values[id].shape);
      return type === "mul" && a.length === 2 && b.length === 2 && a[1] === b[0] ? say("text.product") : "";
    }

    // Operands in the order of the text; those whose shape is open come after those that say what it is.
    operands(type, args, options = {}) {
      const ids = args.map(arg => this.isKnown(arg) ? this.read(arg) : -1);
      return ids.map((id, i) => {
        if (id >= 0) return id;
        if (this.isKnown(args[i])) return this.read(args[i]);
        const other = ids.find((o, k) => k !== i && o >= 0), shape = other === undefined ? null : this.values[other].shape;
        return this.leaf(args[i].name, this.guess(type, i, shape, args[i].name, args.length === 1 ? options.axis : undefined), args[i].from, args[i].to, type === "softmaxCrossEntropy" && i === 1);
      });
    }

    guess(type, place, other, name, axis) {
      if (axis !== undefined) return axis > 0 || axis < -1 || isUpper(name) ? [2, 3] : [3];
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
    // e^x is the exponential function, unless e stands elsewhere too, as a name.
    builder.ownE = /(^|[^\p{L}_0-9])e(?![\p{L}_0-9₀-₉]|\s*(\^|\*\*))/u.test(text);
    statements.forEach((statement, i) => {
      const last = i === statements.length - 1, name = statement.name || (last ? freeName(statements, text) : null);
      if (name && (builder.names.has(name) || builder.leaves.has(name))) {
        throw new Mistake(say("text.taken", name), statement.from, statement.to);
      }
      const before = builder.nodes.length, id = builder.read(statement.tree);
      if (!name) return;
      if (id >= before && builder.nodes[id].kind === "operation") builder.nodes[id].title = name;
      else if (last && builder.nodes[id].kind === "operation") { builder.nodes.length = id + 1; builder.values.length = id + 1; return; }
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

