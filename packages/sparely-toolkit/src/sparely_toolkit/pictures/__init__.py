"""Charts of reports, rehearsals and documents: one style, drawn by Vega-Lite as SVG or live in a page."""
