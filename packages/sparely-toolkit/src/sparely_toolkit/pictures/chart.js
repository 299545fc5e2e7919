// Draws a specification in its place's width and in the scheme of the reader's machine; DARK and BESIDE_PX come first.
const isDark = matchMedia("(prefers-color-scheme: dark)");
const drawn = new Map();

async function drawChart(place, words) {
  const width = Math.floor(place.parentElement.clientWidth);
  if (!width) return null;
  const spec = JSON.parse(words, (name, value) =>
    name === "width" && BESIDE_PX[value] ? width - BESIDE_PX[value] : (isDark.matches && DARK[value]) || value);
  const tooltip = { theme: isDark.matches ? "dark" : "light" };
  if (drawn.has(place)) drawn.get(place).finalize();
  drawn.set(place, await vegaEmbed(place, spec, { actions: false, renderer: "svg", tooltip }));
  return drawn.get(place).view;
}

function drawAgainWith(draw) {
  let width = innerWidth;
  addEventListener("resize", () => { if (innerWidth !== width) { width = innerWidth; draw(); } });
  isDark.addEventListener("change", draw);
  draw();
}
