"use strict";
for (const animation of document.querySelectorAll(".animation")) {
  const frames = animation.querySelectorAll("div.frame");
  const slider = animation.querySelector("input");
  const button = animation.querySelector("button");
  let timer = 0;
  const show = (n) => {
    frames.forEach((frame, i) => frame.classList.toggle("on", i === n));
    slider.value = String(n);
    slider.setAttribute("aria-valuetext", frames[n].querySelector(".label").textContent);
  };
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    button.textContent = "Play";
  };
  slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
  button.addEventListener("click", () => {
    if (timer) {
      stop();
      return;
    }
    button.textContent = "Stop";
    let n = Number(slider.value) === frames.length - 1 ? 0 : Number(slider.value);
    show(n);
    timer = setInterval(() => {
      n += 1;
      show(n);
      if (n === frames.length - 1) stop();
    }, 700);
  });
}
