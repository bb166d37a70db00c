// Paints each swatch of /styles with the token that it is named after.

for (const swatch of document.querySelectorAll("[data-colour]")) swatch.style.background = `var(--${swatch.dataset.colour})`;
