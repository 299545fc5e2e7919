// Asks once a second what happens in the service and shows it.
"use strict";

const EVERY_MS = 1000;
const KEPT_S = 300;
let last = null;
let view = null;
let past = [];

const element = (id) => document.getElementById(id);
const write = (id, text) => { element(id).textContent = text; };
const whole = (number) => Math.round(number).toLocaleString("en");
const ms = (number) => (number === null ? "–" : number < 10 ? number.toFixed(2) : number.toFixed(0));

function cell(row, text, className) {
  const made = row.insertCell();
  made.textContent = text;
  const head = row.closest("table").tHead.rows[0].cells[made.cellIndex];
  made.className = [head.className, className].filter(Boolean).join(" ");
  made.dataset.name = head.textContent;
}

function fill(id, rows, otherwise) {
  const body = element(id);
  body.replaceChildren();
  for (const cells of rows) {
    const row = body.insertRow();
    for (const [text, className] of cells) cell(row, text, className);
  }
  if (!rows.length) {
    const only = body.insertRow().insertCell();
    only.colSpan = 20;
    only.textContent = otherwise;
  }
}

const bad = (count) => (count ? "bad" : "");

function showVersions(versions) {
  fill("versions", Object.entries(versions).map(([name, version]) => [
    [name],
    [`${Math.round(version.weight * 1000) / 10} %`],
    [whole(version.environments)],
    [whole(version.busy)],
    [whole(version.cold_starts)],
    [ms(version.init_ms.p50)],
    [whole(version.invocations)],
    [whole(version.errors), bad(version.errors)],
    [whole(version.throttles), bad(version.throttles)],
    [ms(version.duration_ms.p50)],
    [ms(version.duration_ms.p99)],
    [`${version.memory_mb.peak} of ${version.memory_mb.limit}`],
  ]), "none");
}

function showRoutes(routes) {
  fill("routes", Object.entries(routes).map(([name, route]) => [
    [name],
    [whole(route.requests)],
    [whole(route.failures), bad(route.failures)],
    ...["p50", "p95", "p99"].map((each) => [ms(route.latency_ms[each])]),
  ]), "Nothing has been asked yet.");
}

function showFaults(faults) {
  fill("faults", faults.map((fault) => [[fault.at], [fault.status, "bad"], [fault.route], [fault.said]]), "None.");
}

// Seconds in which nothing was answered are 0 requests, and have no time.
function showChart() {
  if (!view) return;
  const found = new Map(past.map(([ago, ...figures]) => [ago, figures]));
  const counts = [];
  const times = [];
  for (let ago = KEPT_S; ago >= 1; ago -= 1) {
    const [requests, failures, mean] = found.get(ago) || [0, 0, null];
    counts.push({ x: -ago, y: requests, series: "answered" }, { x: -ago, y: failures, series: "failed of these" });
    if (mean !== null) times.push({ x: -ago, y: mean, series: "mean" });
  }
  view.data("panel0", counts).data("panel1", times).runAsync();
}

function showRate(now, requests) {
  if (last !== null) write("rate", whole(Math.max(0, (requests - last.requests) / ((now - last.now) / 1000))));
  last = { now, requests };
}

function showStatuses(statuses) {
  const found = Object.entries(statuses).map(([status, count]) => {
    const made = document.createElement("span");
    made.className = status < "400" ? "chip" : "chip bad";
    made.textContent = `${status}: ${whole(count)}`;
    return made;
  });
  element("statuses").replaceChildren(...(found.length ? found : ["no answers yet"]));
}

function show(figures, now) {
  write("title", `${figures.stack} / ${figures.function}`);
  write("requests", whole(figures.requests));
  for (const name of ["p50", "p95", "p99"]) write(name, ms(figures.latency_ms[name]));
  write("running", `${figures.concurrency.running} of ${figures.concurrency.limit}`);
  showRate(now, figures.requests);
  showStatuses(figures.statuses);
  showRoutes(figures.routes);
  showFaults(figures.faults);
  showVersions(figures.versions);
  past = figures.history;
  showChart();
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

// What draws takes the server some seconds to make, once: the figures do not wait for it.
function loadChart() {
  const made = document.createElement("script");
  made.src = "/-/chart.js";
  made.onload = async () => {
    const words = await (await fetch("/-/chart.json")).text();
    drawAgainWith(async () => { view = await drawChart(element("chart"), words); showChart(); });
  };
  made.onerror = () => { element("chart").textContent = "The chart cannot be drawn here: install requirements/dev.txt."; };
  document.head.append(made);
}

ask();
addEventListener("load", loadChart);
