// Tables sort by a click on a heading, and are copied as tab-separated text; without this script they are plain tables.
document.querySelectorAll(".scroll > table").forEach((table) => {
  const body = table.tBodies[0], given = [...body.rows], headings = [...table.tHead.rows[0].cells];
  const names = headings.map((heading) => heading.textContent);

  // A number as a program reads it: "1,234" is 1234, a dash is missing.
  const plain = (cell) => {
    const text = cell.textContent.trim().replace(/−(?=\d)/g, "-").replace(/^–$/, "");
    return cell.classList.contains("number") ? text.replace(/,/g, "") : text;
  };
  // What begins with a number goes by it ("0.97 (0.95 to 0.99)", "< 0.001"), all else by its letters.
  const size = (text) => Number(text.match(/^[<>+±]?\s*(-?\d+(\.\d+)?(e-?\d+)?)(?![\w.])/)?.[1] ?? NaN);
  const before = (a, b) => size(a) - size(b) || a.localeCompare(b, "en", { numeric: true });

  const sort = (column) => {
    const next = { ascending: "descending", descending: "" }[headings[column].ariaSort] ?? "ascending";
    headings.forEach((heading) => heading.removeAttribute("aria-sort"));
    const sign = next === "descending" ? -1 : 1;
    const rows = [...given];
    if (next) {
      headings[column].setAttribute("aria-sort", next);
      rows.sort((one, other) => {
        const [a, b] = [one, other].map((row) => plain(row.cells[column]));
        return a === "" || b === "" ? (a === "") - (b === "") : sign * before(a, b);
      });
    }
    body.append(...rows);
  };

  if (given.length > 1) {
    headings.forEach((heading, column) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "sort", textContent: names[column], title: "Sort" });
      button.addEventListener("click", () => sort(column));
      heading.replaceChildren(button);
    });
  }

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const field = document.createElement("textarea");
      field.value = text;
      document.body.append(field);
      field.focus();
      field.select();
      const copied = document.execCommand("copy");
      field.remove();
      return copied;
    }
  };
  const tools = document.createElement("p"), button = document.createElement("button"), told = document.createElement("span");
  tools.className = "tools";
  Object.assign(button, { type: "button", textContent: "Copy as TSV" });
  told.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    const lines = [names, ...[...body.rows].map((row) => [...row.cells].map(plain))];
    const text = lines.map((line) => line.map((value) => value.replace(/\s+/g, " ")).join("\t")).join("\n") + "\n";
    told.textContent = (await copy(text)) ? `copied, rows: ${body.rows.length}` : "this browser does not allow it";
    button.focus();
  });
  tools.append(button, " ", told);
  table.parentElement.after(tools);
});
