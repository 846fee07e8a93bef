// What was typed and not yet sent: kept in this browser for its account and address, until the server has taken it.
import { useEffect, useRef, useState } from "react";

const DRAFT = "fluxgate-draft";
// Until it is known by whom something is typed, it is kept for this tab alone.
const EARLY = "fluxgate-early-draft";
const NOTHING = { text: "", files: [] };

export const path = (address) => address.replace(/(.)\/+$/, "$1");
const keyOf = (account, address) => `${DRAFT} ${account} ${path(address)}`;

const storeOf = (key) => (key === EARLY ? sessionStorage : localStorage);

export function forgetDrafts() {
  sessionStorage.removeItem(EARLY);
  for (const key of Object.keys(localStorage)) if (key.startsWith(DRAFT)) localStorage.removeItem(key);
}

function read(key) {
  try {
    return { ...NOTHING, ...JSON.parse(storeOf(key).getItem(key)) };
  } catch {
    return NOTHING;
  }
}

function keep(key, draft) {
  if (!draft.text && !draft.files.length) return storeOf(key).removeItem(key);
  try {
    storeOf(key).setItem(key, JSON.stringify(draft));
  } catch {
    // A full store keeps nothing over a reload; what is typed stays on the page.
  }
}

// A question that somebody wants to ask there. What they were typing stays below it.
export function addToDraft(account, address, text) {
  const key = keyOf(account, address);
  const left = read(key);
  if (!left.text.startsWith(text)) keep(key, { ...left, text: left.text ? `${text}\n\n${left.text}` : text });
}

// Uploads of `files` go on while one types, so each change is made to what is there by then. It is `settled` when it is
// known whose it is, and what they had left is there too.
export function useDraft(account, pathname) {
  const [draft, setDraft] = useState(NOTHING);
  const [home, setHome] = useState(EARLY);
  const now = useRef(NOTHING);
  const key = useRef(EARLY);
  const show = (next) => setDraft((now.current = next));
  useEffect(() => show(read(EARLY)), []);
  useEffect(() => {
    if (!account) return;
    // What was typed before it was known by whom comes after what they had left.
    const early = key.current === EARLY ? now.current : NOTHING;
    sessionStorage.removeItem(EARLY);
    key.current = keyOf(account, pathname);
    const left = read(key.current);
    show({ text: left.text + early.text, files: [...left.files, ...early.files] });
    keep(key.current, now.current);
    setHome(key.current);
  }, [account, pathname]);
  const change = (changed) => {
    show({ ...now.current, ...changed(now.current) });
    keep(key.current, now.current);
  };
  // What was typed meanwhile, and from now on, belongs where the conversation will be found.
  const take = (sent, conversation) => {
    const { text, files } = now.current;
    localStorage.removeItem(key.current);
    key.current = keyOf(account, `/c/${conversation}`);
    change(() => ({
      text: text.startsWith(sent.text) ? text.slice(sent.text.length) : text,
      files: files.filter((file) => !sent.files.includes(file)),
    }));
  };
  const settled = Boolean(account) && home === keyOf(account, pathname);
  return [draft, change, take, settled];
}
