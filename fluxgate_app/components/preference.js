// What a person chose for this browser, kept over reloads and told to everything on the page that shows it.
import { useMemo, useSyncExternalStore } from "react";

const CHANGED = "fluxgate-preference";

function subscribe(listener) {
  for (const name of [CHANGED, "storage"]) window.addEventListener(name, listener);
  return () => [CHANGED, "storage"].forEach((name) => window.removeEventListener(name, listener));
}

function parsed(text, usual) {
  try {
    return text === null ? usual : JSON.parse(text);
  } catch {
    return usual;
  }
}

export function usePreference(name, usual) {
  const key = `fluxgate-${name}`;
  const text = useSyncExternalStore(
    subscribe,
    () => localStorage.getItem(key),
    () => null,
  );
  const value = useMemo(() => parsed(text, usual), [text]);
  const set = (next) => {
    localStorage.setItem(key, JSON.stringify(next));
    window.dispatchEvent(new Event(CHANGED));
  };
  return [value, set];
}
