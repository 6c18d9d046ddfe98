// Without it the page can be read; with it sections open when a link leads into them, and tables sort and can be copied.
"use strict";

function openTowards(target) {
  for (let each = target; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
  target.scrollIntoView();
}

function follow() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target) openTowards(target);
}

// What a cell is sorted by: the number that it begins with, else its text.
function sortKey(row, column) {
  const text = row.cells[column].textContent.trim().replaceAll("−", "-").replaceAll(",", "");
  const number = /^[<+]? ?-?\d/.test(text) ? parseFloat(text.replace(/^[<+] ?/, "")) : NaN;
  return Number.isNaN(number) ? text.toLowerCase() : number;
}

function compare(one, other) {
  if (typeof one === typeof other) return one < other ? -1 : one > other ? 1 : 0;
  return typeof one === "number" ? -1 : 1; // numbers first, dashes and words last
}

function sort(table, column) {
  const heading = table.tHead.rows[0].cells[column], body = table.tBodies[0];
  const down = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", down > 0 ? "ascending" : "descending");
  const keyed = [...body.rows].map((row) => [sortKey(row, column), row]);
  keyed.sort((one, other) => down * compare(one[0], other[0]));
  body.append(...keyed.map(([, row]) => row));
}

function asTsv(table) {
  const cell = (each) => (each.querySelector("button") || each).textContent.trim().replace(/\s+/g, " ").replaceAll("−", "-");
  return [...table.rows].map((row) => [...row.cells].map(cell).join("\t")).join("\n") + "\n";
}

async function copy(table, button) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(asTsv(table));
    button.textContent = "Copied";
  } catch {
    button.textContent = "The browser does not allow copying";
  }
  setTimeout(() => { button.textContent = label; }, 2000);
}

function equip(table) {
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    button.addEventListener("click", () => sort(table, column));
    heading.replaceChildren(button);
  });
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy as TSV";
  button.addEventListener("click", () => copy(table, button));
  table.parentElement.after(button);
}

for (const table of document.querySelectorAll(".scroll > table")) if (table.tHead) equip(table);
window.addEventListener("hashchange", follow);
follow();
