// Draws every figure of a page: its specification stands after the image that it takes the place of.
drawAgainWith(() => {
  for (const words of document.querySelectorAll("figure > script")) {
    drawChart(words.previousElementSibling, words.textContent);
  }
});
