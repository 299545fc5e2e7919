// Shows the API; what a request needs to be let in here goes along with each one.
"use strict";

const FOLDED = "open-inference-protocol";
const isDark = matchMedia("(prefers-color-scheme: dark)");
const darken = () => document.documentElement.classList.toggle("dark-mode", isDark.matches);

async function show() {
  const note = document.getElementById("note");
  if (typeof SwaggerUIBundle === "undefined") {
    note.textContent = "The package flask-swagger-ui is not installed: install requirements/dev.txt.";
    return;
  }
  const spec = await (await fetch("/-/openapi.json")).json();
  const headers = spec["x-local-headers"] || {};
  const names = Object.keys(headers);
  note.textContent = names.length ? `Requests from here carry ${names.join(", ")}.` : "";
  const tags = new Set(Object.values(spec.paths).flatMap((item) =>
    Object.values(item).flatMap((operation) => (operation && operation.tags) || ["default"])));
  const ui = SwaggerUIBundle({
    spec,
    dom_id: "#api",
    deepLinking: true,
    docExpansion: "none",
    tryItOutEnabled: true,
    defaultModelsExpandDepth: 0,
    validatorUrl: null,
    // Its protocol has six routes a model: they stay folded below what most callers want.
    onComplete: () => {
      for (const tag of tags) if (tag !== FOLDED) ui.layoutActions.show(["operations-tag", tag], true);
    },
    requestInterceptor: (request) => {
      const target = new URL(request.url, location.href);
      if (target.origin === location.origin) {
        request.headers = Object.assign({}, headers, request.headers);
      }
      return request;
    },
  });
}

darken();
isDark.addEventListener("change", darken);
show();
