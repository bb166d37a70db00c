// The button that prints the page.

for (const button of document.querySelectorAll('[data-act="print"]')) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
