// A tour for a first visitor: what is where, each place lit in turn.
const tour = {at: -1};
const TOUR = [["canvas", "graph"], ["next", "next"], ["phases", "phases"], ["step", "step"], ["leaves", "values"], ["predict", "predict"],
  ["benchbutton", "expression"], ["present", "present"], ["helpbutton", "help"]];

/** Goes to a place of the tour; behind the last one it ends. Places that are not shown now are left out. */
function tourTo(at, direction = 1) {
  document.querySelectorAll(".toured").forEach(e => e.classList.remove("toured"));
  while (TOUR[at] && !byId(TOUR[at][0]).getClientRects().length) at += direction;
  tour.at = TOUR[at] ? at : -1;
  byId("tour").hidden = tour.at < 0;
  if (tour.at < 0) { byId("helpbutton").focus(); return; }
  const [place, key] = TOUR[at];
  if (key === "step" && steps.some(s => s.phase === "backward")) walkTo(steps.findIndex(s => s.phase === "backward" && s.pass === steps[view.step].pass));
  byId(place).classList.add("toured");
  byId(place).scrollIntoView({block: "nearest"});
  keepClear(byId(place).getBoundingClientRect());
  byId("tourtext").textContent = say("tour." + key);
  byId("tourcount").textContent = say("slide.part", at + 1, TOUR.length);
  byId("tourback").disabled = at === 0;
  byId("tournext").textContent = say(at < TOUR.length - 1 ? "tour.further" : "page.close");
  byId("tournext").focus();
}

/** Puts the tour beside the place that it is about, or above it, where it would cover it. */
function keepClear({left, right, top, height}) {
  const beside = left > 320 && right - left < innerWidth * 0.7 && height > 100, above = !beside && height > 100 && top > innerHeight / 3;
  Object.assign(byId("tour").style, {left: beside ? left / 2 + "px" : "", maxWidth: beside ? left - 24 + "px" : "",
    top: above ? "12px" : "", bottom: above ? "auto" : ""});
}

function startTour() {
  byId("tournext").addEventListener("click", () => tourTo(tour.at + 1));
  byId("tourback").addEventListener("click", () => tourTo(tour.at - 1, -1));
  byId("tourclose").addEventListener("click", () => tourTo(-1));
  byId("tourbutton").addEventListener("click", () => { byId("help").close(); if (data && !document.body.classList.contains("training")) tourTo(0); });
}
