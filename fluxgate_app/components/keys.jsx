// What the keyboard can do on every page, and the help that says so.
import { Keyboard } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { focusSearch } from "../past/past.jsx";
import { useTexts } from "../texts/texts.js";
import { write } from "../transcript/clipboard.js";
import { lastAnswer } from "../transcript/messages.js";
import { usePreference } from "./preference.js";

const SAID_MS = 2500;
const WRITING = "input, textarea, select, [contenteditable]";
const isMac = () => /Mac|iPhone|iPad/.test(navigator.platform);

// By the key, and whether Ctrl or ⌘ and Shift are held.
const WITH_CONTROL = { "k": "search", "shift o": "newChat", "/": "help" };
const SINGLE = { "?": "help", "n": "newChat", "c": "copy", "/": "compose" };

function wanted(event, singles) {
  if (event.defaultPrevented || event.isComposing || event.altKey) return undefined;
  if (document.querySelector("dialog[open], :popover-open")) return undefined;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) return WITH_CONTROL[event.shiftKey ? `shift ${key}` : key];
  return singles && !event.target.closest?.(WRITING) ? SINGLE[key] : undefined;
}

function useKeys(acts, singles) {
  const now = useRef(acts);
  now.current = acts;
  useEffect(() => {
    const onKey = (event) => {
      if (now.current[wanted(event, singles)]?.() === true) event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [singles]);
}

// A page that was come to by a link is read from its content on, not from the sidebar.
let isFirst = true;
function useFocusAfterNavigation() {
  useEffect(() => {
    if (!isFirst && document.activeElement === document.body) {
      document.querySelector("main")?.focus({ preventScroll: true });
    }
    isFirst = false;
  }, []);
}

const Line = ({ keys, does }) => (
  <tr>
    <td>
      {keys.map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </td>
    <td>{does}</td>
  </tr>
);

const Help = ({ singles, onSingles, onClose }) => {
  const say = useTexts();
  const box = useRef(null);
  const control = isMac() ? "⌘" : "Ctrl";
  useEffect(() => box.current.showModal(), []);
  const onClick = (event) => event.target === box.current && box.current.close();
  return (
    <dialog ref={box} className="keys" aria-labelledby="keys-title" onClose={onClose} onClick={onClick} data-testid="keys">
      <div>
        <h2 id="keys-title">{say.keys}</h2>
        <h3>{say.keysAnywhere}</h3>
        <table>
          <tbody>
            <Line keys={[control, "K"]} does={say.keySearch} />
            <Line keys={[control, "Shift", "O"]} does={say.keyNewChat} />
            <Line keys={[control, "/"]} does={say.keyHelp} />
            <Line keys={["Esc"]} does={say.keyStop} />
            <Line keys={["Enter"]} does={say.keySend} />
            <Line keys={["Shift", "Enter"]} does={say.keyNewLine} />
          </tbody>
        </table>
        <h3>{say.keysNotWriting}</h3>
        <table>
          <tbody>
            <Line keys={["N"]} does={say.keyNewChat} />
            <Line keys={["/"]} does={say.keyComposer} />
            <Line keys={["C"]} does={say.keyCopy} />
            <Line keys={["?"]} does={say.keyHelp} />
          </tbody>
        </table>
        <footer>
          <label>
            <input type="checkbox" checked={singles} onChange={(event) => onSingles(event.target.checked)} />
            {say.singleKeys}
          </label>
          <button type="button" className="button" onClick={() => box.current.close()}>
            {say.close}
          </button>
        </footer>
      </div>
    </dialog>
  );
};

// Said for a moment, to eyes and ears.
function useSaying() {
  const [words, setWords] = useState("");
  useEffect(() => {
    if (!words) return undefined;
    const timer = setTimeout(() => setWords(""), SAID_MS);
    return () => clearTimeout(timer);
  }, [words]);
  return [words, setWords];
}

function focusComposer() {
  const field = document.getElementById("composer");
  field?.focus();
  return Boolean(field);
}

// The first thing that the Tab key comes to.
export const SkipLink = () => {
  const say = useTexts();
  const skip = (event) => {
    event.preventDefault();
    document.querySelector("main").focus();
  };
  return (
    <a href="#content" className="to-content" onClick={skip}>
      {say.toContent}
    </a>
  );
};

export const Keys = () => {
  const say = useTexts();
  const navigate = useNavigate();
  const [singles, setSingles] = usePreference("single-keys", true);
  const [isOpen, setOpen] = useState(false);
  const [words, setWords] = useSaying();
  const copy = () => {
    const answer = document.getElementById("composer") && lastAnswer();
    if (!answer) setWords(say.noAnswer);
    else write(answer.text).then(
      () => setWords(say.answerCopied),
      () => setWords(say.notCopied),
    );
    return true;
  };
  const newChat = () => {
    navigate("/");
    return focusComposer() || true;
  };
  const search = () => {
    focusSearch();
    return true;
  };
  const help = () => {
    setOpen(true);
    return true;
  };
  useKeys({ search, newChat, help, copy, compose: focusComposer }, singles);
  useFocusAfterNavigation();
  return (
    <>
      <button type="button" className="icon-button keys-button" title={say.keys} aria-label={say.keys} onClick={help}>
        <Keyboard aria-hidden="true" />
      </button>
      {isOpen && <Help singles={singles} onSingles={setSingles} onClose={() => setOpen(false)} />}
      <div className={words ? "said-briefly" : "unseen"} role="status">
        {words}
      </div>
    </>
  );
};
