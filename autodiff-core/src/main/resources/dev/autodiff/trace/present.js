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
    value: describe(flow.value), kind: "backward", rule: true}));
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
  if (slide.formula) element("span", "formula", signOf(slide) + " " + slide.formula, line);
  if (slide.numbers && slide.numbers !== slide.value) element("span", "with", (steps[view.step].phase === "given" ? "" : " = ") + whole(slide.numbers), line);
  if (slide.value) { line.append(" "); element("span", slide.value.length <= 24 ? "result together" : "result", "= " + whole(slide.value), line); }
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
  if (tour.at >= 0) tourTo(-1);
  else if (present.on) togglePresenter();
  else if (view.selected >= 0 || view.arrow >= 0) unselect();
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
      const sign = (line.formula ? signOf(line) : " =") + " ";
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
