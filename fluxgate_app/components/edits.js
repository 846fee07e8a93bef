// Questions that are being asked in other words, by their ids: kept apart from the page, which is built anew when "/"
// becomes "/c/<id>", and until they are sent or given up.
import { useSyncExternalStore } from "react";

const edits = new Map();
const listeners = new Set();

function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const isEditing = () => edits.size > 0;

// The words so far, undefined while it is not being edited, and what changes them.
export function useEdit(id) {
  const words = useSyncExternalStore(subscribe, () => edits.get(id));
  const change = (next) => {
    if (next === undefined) edits.delete(id);
    else edits.set(id, next);
    for (const listener of listeners) listener();
  };
  return [words, change];
}
