// Asks once a second what happens in the service and shows it.
"use strict";

const EVERY_MS = 1000;
const KEPT = 120;
const rates = [];
let last = null;

const element = (id) => document.getElementById(id);
const write = (id, text) => { element(id).textContent = text; };
const whole = (number) => Math.round(number).toLocaleString("en");
const ms = (number) => (number === null ? "–" : number < 10 ? number.toFixed(2) : number.toFixed(0));

function cell(row, text, className) {
  const made = row.insertCell();
  made.textContent = text;
  if (className) made.className = className;
  made.dataset.name = element("columns").cells[made.cellIndex].textContent;
}

function showVersions(versions) {
  const body = element("versions");
  body.replaceChildren();
  for (const [name, version] of Object.entries(versions)) {
    const row = body.insertRow();
    row.title = version.artifact;
    cell(row, name);
    cell(row, `${Math.round(version.weight * 1000) / 10} %`);
    cell(row, whole(version.environments));
    cell(row, whole(version.busy));
    cell(row, whole(version.cold_starts));
    cell(row, ms(version.init_ms.p50));
    cell(row, whole(version.invocations));
    cell(row, whole(version.errors), version.errors ? "bad" : "");
    cell(row, whole(version.throttles), version.throttles ? "bad" : "");
    cell(row, ms(version.duration_ms.p50));
    cell(row, ms(version.duration_ms.p99));
    cell(row, `${version.memory_mb.peak} of ${version.memory_mb.limit}`);
  }
}

function showRate(now, requests) {
  if (last !== null) {
    rates.push(Math.max(0, (requests - last.requests) / ((now - last.now) / 1000)));
    if (rates.length > KEPT) rates.shift();
    write("rate", whole(rates[rates.length - 1]));
    const peak = Math.max(1, ...rates);
    const start = KEPT - rates.length;
    const points = rates.map((rate, i) => `${start + i + 1},${(29 - (rate / peak) * 27).toFixed(2)}`);
    element("line").setAttribute("points", points.join(" "));
    write("peak", `at most ${whole(peak)}`);
  }
  last = { now, requests };
}

function showStatuses(statuses) {
  const found = Object.entries(statuses).map(([status, count]) => {
    const made = document.createElement("span");
    made.className = status < "400" ? "chip" : "chip bad";
    made.textContent = `${status}: ${whole(count)}`;
    return made;
  });
  element("statuses").replaceChildren(...(found.length ? found : ["none yet"]));
}

function show(figures, now) {
  write("title", `${figures.stack} / ${figures.function}`);
  write("requests", whole(figures.requests));
  for (const name of ["p50", "p95", "p99"]) write(name, ms(figures.latency_ms[name]));
  write("running", `${figures.concurrency.running} of ${figures.concurrency.limit}`);
  showRate(now, figures.requests);
  showStatuses(figures.statuses);
  showVersions(figures.versions);
  element("notices").replaceChildren(...figures.notices.map((text) => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  }));
}

async function ask() {
  try {
    const answer = await fetch("/-/status", { cache: "no-store" });
    show(await answer.json(), performance.now());
    write("state", "live");
    element("state").className = "";
  } catch {
    write("state", "the service does not answer");
    element("state").className = "bad";
  }
  setTimeout(ask, EVERY_MS);
}

ask();
