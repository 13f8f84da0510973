// unfold's icons are words in a font. Who hears the page is spared them, unless the icon is all that a link says.
const hush = (icon) => {
  const said = icon.closest("a, button");
  if (icon.title) Object.assign(icon, { role: "img", ariaLabel: icon.title });
  else if (!said || said.title || said.ariaLabel || said.textContent.trim() !== icon.textContent.trim()) icon.ariaHidden = "true";
};

addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".material-symbols-outlined:not([aria-hidden])").forEach(hush);
  // In a list whose cells are filled in, the column's heading names them.
  document.querySelectorAll("#result_list td :is(input, select):not([type=hidden])").forEach((input) => {
    if (!input.labels.length) input.ariaLabel ||= input.closest("td").dataset.label ?? input.name.split("-").at(-1);
  });
  document.querySelectorAll("#result_list th:empty").forEach((heading) => { heading.role = "none"; });
});

// A box that looks for what is typed is called what its field is; empty, it would have no name.
const call = () => document.querySelectorAll("select + .select2 [role=combobox]").forEach((box) => {
  const label = box.closest(".select2").previousElementSibling.labels[0];
  if (!label) return;
  label.id ||= `${label.htmlFor}_label`;
  const said = box.querySelector("[role=textbox]");
  said?.setAttribute("aria-labelledby", label.id);
  box.setAttribute("aria-labelledby", [label.id, said?.id].join(" "));
});
addEventListener("load", () => {
  window.django?.jQuery?.(call); // once those boxes are made
  document.getElementById("overtaken")?.focus();
});
addEventListener("formset:added", () => setTimeout(call));

// Words to look for are nothing to save: unfold would ask before it leaves the page with them.
addEventListener("input", (event) => { if (event.target.closest(".sw-rowsfind")) event.stopPropagation(); }, true);

// Each part that scrolls is a landmark: with a name of its own.
addEventListener("load", () => {
  const heading = document.querySelector("h1")?.textContent.trim();
  document.querySelectorAll("main .simplebar-content-wrapper").forEach((part, at) => {
    part.ariaLabel = at ? `${heading} ${at + 1}` : heading;
  });
});

// unfold asks the system for light or dark when a page opens; our own sheets follow it at once.
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", ({ matches }) => {
  const chosen = localStorage.adminTheme;
  if (!chosen || chosen === '"auto"') document.documentElement.classList.toggle("dark", matches);
});
