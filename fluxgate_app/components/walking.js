// The keyboard in a list: j and k or the arrows go from row to row, Enter opens, Esc lets go, / searches.
import { useEffect } from "react";

const STEPS = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 };
const isWriting = ({ target }) => target.closest("input, select, textarea, [contenteditable], .popover");

function walk(table, step, event) {
  const rows = [...table.querySelectorAll("a.opens")];
  const at = rows.indexOf(document.activeElement);
  // Outside of the list the arrows scroll, as everywhere.
  if (at < 0 && event.key.startsWith("Arrow")) return;
  event.preventDefault();
  const next = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
  next?.focus({ preventScroll: true });
  next?.closest("tr").scrollIntoView({ block: "nearest" });
}

export function useWalking(table) {
  useEffect(() => {
    const onKey = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event)) return;
      if (event.key in STEPS) walk(table.current, STEPS[event.key], event);
      else if (event.key === "Escape" && table.current.contains(document.activeElement)) document.activeElement.blur();
      else if (event.key === "/") {
        event.preventDefault();
        document.querySelector("[data-testid=filter-search]")?.focus();
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
