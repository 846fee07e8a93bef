// Where a question is written. What is typed stays in the browser, and stays there until the server has taken it.
import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import { useLocation } from "react-router";
import { useTexts } from "../texts/texts.js";
import { isEditing } from "../transcript/edits.js";
import { isOpen, messageIds, subscribe } from "../transcript/messages.js";
import { AttachButton, Files, useFiles } from "../transcript/attachments.jsx";
import { useCountdown } from "./countdown.js";
import { path, useDraft } from "./drafts.js";
import { useReady } from "./ready.js";

const SENDING_TIMEOUT_MS = 15000;
const COMPOSING = 229;

// As Python counts: an emoji is one character.
function overBy(text, most) {
  return text.length > most ? Math.max(0, [...text].length - most) : 0;
}

const Allowance = ({ allowance: { limit, remaining, seconds, stamp } }) => {
  const say = useTexts();
  const left = useCountdown(seconds ?? 0, stamp);
  if (!limit) return <span />;
  if (!remaining && left) return <span className="bad">{say.waitSeconds(left)}</span>;
  return <span>{say.requestsLeft(left ? remaining : limit, limit)}</span>;
};

const Suggestions = ({ suggested, off, onChoose }) => {
  const say = useTexts();
  const isEmpty = useSyncExternalStore(subscribe, () => isOpen() && !messageIds().length, () => false);
  if (!isEmpty || !suggested.length) return null;
  return (
    <div className="suggestions" role="group" aria-label={say.suggestions}>
      {suggested.map((text) => (
        <button key={text} type="button" className="button" disabled={off} onClick={() => onChoose(text)}>
          {text}
        </button>
      ))}
    </div>
  );
};

// The stylesheet lets it grow where the browser knows how; elsewhere this does.
function useGrowing(field, text) {
  useLayoutEffect(() => {
    if (CSS.supports("field-sizing", "content")) return;
    field.current.style.height = "auto";
    field.current.style.height = `${field.current.scrollHeight}px`;
  }, [text]);
}

// Escape stops the answer, unless something else is open that it closes.
function useStopKey(running, onStop) {
  useEffect(() => {
    if (!running) return undefined;
    const onKey = (event) => {
      const isTaken = event.defaultPrevented || event.isComposing;
      if (event.key !== "Escape" || isTaken || document.querySelector(":popover-open, dialog[open], [data-drawer]")) return;
      onStop();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [running]);
}

// From a press until the server has taken what was sent, has refused it, or says nothing for long.
function useSending(accepted, refused, onTaken) {
  const [sending, setSending] = useState(false);
  const sent = useRef(null);
  useEffect(() => {
    if (sent.current) onTaken(sent.current);
    sent.current = null;
    setSending(false);
  }, [accepted]);
  useEffect(() => setSending(false), [refused]);
  useEffect(() => {
    if (!sending) return undefined;
    const timer = setTimeout(() => setSending(false), SENDING_TIMEOUT_MS);
    return () => clearTimeout(timer);
  }, [sending]);
  const begin = (what) => {
    sent.current = what;
    setSending(true);
  };
  return [sending, begin];
}

// A press that comes before anything can be sent: it counts a moment later, unless the text is another by then.
function useEarlyPress(early, text, onReady) {
  const [pressed, setPressed] = useState(null);
  useEffect(() => {
    if (early || pressed === null) return;
    setPressed(null);
    if (pressed === text) onReady();
  }, [early, pressed]);
  return [pressed !== null, () => setPressed(text)];
}

export const Composer = ({
  account,
  place,
  conversation,
  placeholder,
  suggested,
  most,
  running,
  accepted,
  refused,
  allowance,
  budget,
  note,
  children,
  onSend,
  onStop,
}) => {
  const say = useTexts();
  const ready = useReady();
  const { pathname } = useLocation();
  const [draft, change, take, settled] = useDraft(account, pathname);
  const [sending, begin] = useSending(accepted, refused, (sent) => take(sent, conversation));
  const { coming, trouble, add, remove } = useFiles(change);
  const [dropping, setDropping] = useState(false);
  const field = useRef(null);
  const { text, files } = draft;
  const over = overBy(text, most);
  // Between two pages the server may still have the old conversation open.
  const away = place !== undefined && path(place) !== path(pathname);
  const early = away || !settled;
  const busy = running || sending || early;
  const unfit = coming > 0 || over > 0 || !text.trim();
  const off = busy || unfit;

  useGrowing(field, text);
  useStopKey(running, onStop);
  useEffect(() => {
    // What the server has opened may come after somebody began to write elsewhere.
    if (!isEditing() && !document.activeElement?.matches("input, textarea")) field.current?.focus({ preventScroll: true });
  }, [conversation, ready]);

  const send = (what) => {
    begin(what);
    onSend(what.text, what.files.map((file) => file.id));
  };
  const [waiting, press] = useEarlyPress(early, text, () => !off && send(draft));
  const onKeyDown = (event) => {
    const isComposing = event.nativeEvent.isComposing || event.keyCode === COMPOSING;
    if (event.key !== "Enter" || event.shiftKey || isComposing) return;
    event.preventDefault();
    if (!off) send(draft);
    else if (early && !unfit) press();
  };
  const onAdd = (given) => add(given, files.length);
  const onPaste = (event) => {
    const pasted = event.clipboardData.getData("text/plain");
    const given = [...event.clipboardData.files];
    if (!given.length && overBy(text + pasted, most)) given.push(new File([pasted], say.pastedText, { type: "text/plain" }));
    if (!given.length) return;
    event.preventDefault();
    onAdd(given);
  };
  const onDrop = (event) => {
    setDropping(false);
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    onAdd(event.dataTransfer.files);
  };
  const onDragOver = (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    setDropping(true);
  };
  const label = running ? say.streaming : sending || waiting ? say.sending : say.send;
  return (
    <div className="composer-place">
      <Suggestions suggested={suggested} off={busy} onChoose={(chosen) => send({ text: chosen, files: [] })} />
      <div
        className={dropping ? "composer dropping" : "composer"}
        onDragOver={onDragOver}
        onDragLeave={() => setDropping(false)}
        onDrop={onDrop}
      >
        <Files files={files} onRemove={remove} />
        <textarea
          ref={field}
          id="composer"
          rows={2}
          value={text}
          placeholder={placeholder}
          aria-label={say.message}
          data-testid="composer"
          disabled={!ready}
          onChange={(event) => change(() => ({ text: event.target.value }))}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <div className="composer-foot">
          <AttachButton onAdd={onAdd} />
          {children}
          <div className="press">
            <button
              type="button"
              className={running ? "button primary away" : "button primary"}
              data-testid="send"
              disabled={off}
              onClick={() => send(draft)}
            >
              {label}
            </button>
            {running && (
              <button type="button" className="button" data-testid="stop" onClick={() => onStop()}>
                <i className="stop-mark" />
                {say.stop}
              </button>
            )}
          </div>
        </div>
      </div>
      <div className="composer-note">
        {over > 0 || trouble || coming > 0 ? (
          <span className={coming > 0 ? "" : "bad"} role="status">
            {coming > 0 ? say.uploading : over > 0 ? say.tooLong(over, most) : trouble}
          </span>
        ) : (
          <Allowance allowance={allowance} />
        )}
        {budget?.left && (
          <span data-testid="budget-left">{say.budgetLeft(budget.left, budget.limit, budget.period)}</span>
        )}
        {note && <span>{note}</span>}
      </div>
    </div>
  );
};
