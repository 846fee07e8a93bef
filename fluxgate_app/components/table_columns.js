// Which columns the list shows, in which order: this person's choice in this browser.
import { usePreference } from "./preference.js";

export function useColumns(columns) {
  const usual = columns.filter(({ usual }) => usual).map(({ name }) => name);
  const [kept, keep] = usePreference("request-columns", null);
  const known = (Array.isArray(kept) ? kept : usual).filter((name) => columns.some((column) => column.name === name));
  const names = known.length ? known : usual;
  const shown = names.map((name) => columns.find((column) => column.name === name));
  const move = (name, to) => {
    const others = names.filter((each) => each !== name);
    keep([...others.slice(0, to), name, ...others.slice(to)]);
  };
  const toggle = (name) => keep(names.includes(name) ? names.filter((each) => each !== name) : [...names, name]);
  return { shown, names, move, toggle, reset: () => keep(null), isUsual: kept === null };
}
