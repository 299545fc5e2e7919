// A form made from a model's manifest, filled with its fullest golden row; what is sent is what a caller would send.
"use strict";

const known = new Map();
let headers = {};
let server = "/";

const TYPES = {
  number: (text) => Number(text),
  integer: (text) => Number(text),
  boolean: (text) => text === "true",
  string: (text) => text,
};

function choice(values, value, takesNull) {
  const select = document.createElement("select");
  for (const each of takesNull ? ["", ...values] : values) {
    select.add(new Option(each === "" ? "null" : each, each, false, each === value));
  }
  return select;
}

function entry(feature, value) {
  const text = value === null || value === undefined ? "" : String(value);
  if (feature.type === "boolean") return choice(["true", "false"], text, feature.null || text === "");
  if (feature.categories.length) {
    return choice([...new Set([...feature.categories, ...(text ? [text] : [])])], text, feature.null || text === "");
  }
  const input = document.createElement("input");
  input.value = text;
  if (feature.type !== "string") {
    input.type = "number";
    input.step = feature.type === "integer" ? "1" : "any";
  }
  if (feature.null) input.placeholder = "null";
  return input;
}

function showForm() {
  const model = known.get(element("model").value);
  write("about", `${model.description} Version ${model.version}.`);
  element("features").replaceChildren(...model.features.map((feature) => {
    const label = document.createElement("label");
    const range = feature.minimum === null ? "" : `${feature.minimum} to ${feature.maximum}`;
    const hint = document.createElement("small");
    hint.textContent = [feature.unit, range].filter(Boolean).join(", ");
    const made = entry(feature, model.example[feature.name]);
    made.name = feature.name;
    label.append(feature.name, made, hint);
    return label;
  }));
  element("answer").hidden = true;
}

function instance(model) {
  const row = {};
  for (const feature of model.features) {
    const text = element("try").elements.namedItem(feature.name).value;
    if (text !== "") row[feature.name] = TYPES[feature.type](text);
    else if (feature.required) row[feature.name] = null;
  }
  return row;
}

async function predict(event) {
  event.preventDefault();
  const model = known.get(element("model").value);
  const began = performance.now();
  const answer = await fetch(`${server.replace(/\/$/, "")}/predict/${model.path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ instances: [instance(model)] }),
  });
  const text = await answer.text();
  let shown = text;
  try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* it is shown as it is */ }
  const took = (performance.now() - began).toFixed(0);
  element("answer").textContent = `${answer.status} in ${took} ms\n${shown}`;
  element("answer").className = answer.ok ? "" : "bad";
  element("answer").hidden = false;
}

async function prepare() {
  const served = await (await fetch("/-/models")).json();
  ({ headers, server } = served);
  for (const model of served.models) known.set(model.path, model);
  if (!known.size) {
    element("try").textContent = "No model can be read in what is served.";
    return;
  }
  element("model").replaceChildren(...[...known.keys()].map((path) => new Option(path, path)));
  element("model").addEventListener("change", showForm);
  element("try").addEventListener("submit", predict);
  showForm();
}

prepare();
