// How the list looks: which columns, in which order, how dense. An address may say it, as saved views do; otherwise it
// is this person's choice in this browser.
import { useAddress } from "./address.js";
import { usePreference } from "./preference.js";

function useLook(name, usual) {
  const { looks, change } = useAddress();
  const [kept, keep] = usePreference(`request-${name}`, usual);
  const given = looks.get(name);
  return { given, kept, keep, say: (text) => change([name], [[name, text]], { replace: true }) };
}

export function useColumns(columns) {
  const { given, kept, keep, say } = useLook("columns", null);
  const usual = columns.filter(({ usual }) => usual).map(({ name }) => name);
  const isKnown = (name) => columns.some((column) => column.name === name);
  const wanted = given ? given.split(",") : Array.isArray(kept) ? kept : usual;
  const known = [...new Set(wanted.filter(isKnown))];
  const names = known.length ? known : usual;
  const choose = (next) => (given ? say(next.join(",")) : keep(next));
  const move = (name, to) => {
    const others = names.filter((each) => each !== name);
    choose([...others.slice(0, to), name, ...others.slice(to)]);
  };
  return {
    shown: names.map((name) => columns.find((column) => column.name === name)),
    names,
    // Only an address can name what has gone since: what a browser keeps is its own.
    gone: given ? wanted.filter((name) => !isKnown(name)) : [],
    move,
    toggle: (name) => choose(names.includes(name) ? names.filter((each) => each !== name) : [...names, name]),
    reset: () => (given ? say(usual.join(",")) : keep(null)),
    isUsual: names.join() === usual.join(),
  };
}

export function useDensity() {
  const { given, kept, keep, say } = useLook("density", false);
  const isDense = given ? given === "dense" : kept;
  return [isDense, (next) => (given ? say(next ? "dense" : "roomy") : keep(next))];
}

// What an address must add to say how the list looks now, where it does not say that itself.
export function useLooks() {
  const columns = useLook("columns", null);
  const density = useLook("density", false);
  const added = [];
  if (!columns.given && Array.isArray(columns.kept)) added.push(["columns", columns.kept.join(",")]);
  if (!density.given && density.kept) added.push(["density", "dense"]);
  return { looks: new URLSearchParams(added).toString() };
}
