// Shows the API; what a request needs to be let in here goes along with each one.
"use strict";

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
  SwaggerUIBundle({
    spec,
    dom_id: "#api",
    deepLinking: true,
    docExpansion: "list",
    tryItOutEnabled: true,
    defaultModelsExpandDepth: 0,
    validatorUrl: null,
    requestInterceptor: (request) => {
      const target = new URL(request.url, location.href);
      if (target.origin === location.origin) {
        request.headers = Object.assign({}, headers, request.headers);
      }
      return request;
    },
  });
}

show();
