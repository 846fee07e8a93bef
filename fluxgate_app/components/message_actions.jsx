// What can be done with a message: copy it, have it written again or continued, ask in other words.
import { Pencil, RefreshCw } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Copy } from "./copy.jsx";

const BROKEN_OFF = { stopped: "You stopped this answer.", interrupted: "This answer was interrupted." };
const SENDING_TIMEOUT_MS = 15000;

const Action = ({ icon: Icon, title, onClick }) => (
  <button type="button" className="icon-button" title={title} aria-label={title} onClick={() => onClick()}>
    <Icon size={15} aria-hidden="true" />
  </button>
);

export const BrokenOff = ({ message, onGoOn, onRetry }) => (
  <div className="broken-off" data-testid="broken-off">
    <span>{BROKEN_OFF[message.status]}</span>
    {message.text && (
      <button type="button" className="button" onClick={() => onGoOn()}>
        Continue
      </button>
    )}
    <button type="button" className="button" onClick={() => onRetry()}>
      Retry
    </button>
  </div>
);

export const isBrokenOff = (message) => message.status in BROKEN_OFF;

export const AnswerActions = ({ message, isLast, onRetry }) => (
  <div className="message-actions">
    {message.text && <Copy title="Copy answer" textOf={() => message.text} />}
    {isLast && message.status === "done" && <Action icon={RefreshCw} title="Write it again" onClick={onRetry} />}
  </div>
);

export const QuestionActions = ({ message, onEdit }) => (
  <div className="message-actions">
    <Copy title="Copy question" textOf={() => message.text} />
    {onEdit && <Action icon={Pencil} title="Edit question" onClick={onEdit} />}
  </div>
);

// It stays open, with what was typed, until the server has taken it.
export const Editor = ({ text, failed, onSend, onClose }) => {
  const field = useRef(null);
  const [words, setWords] = useState(text);
  const [sending, setSending] = useState(false);
  useEffect(() => field.current.focus(), []);
  useEffect(() => setSending(false), [failed]);
  useEffect(() => {
    if (!sending) return undefined;
    const timer = setTimeout(() => setSending(false), SENDING_TIMEOUT_MS);
    return () => clearTimeout(timer);
  }, [sending]);
  const off = sending || !words.trim();
  const send = () => {
    if (off) return;
    setSending(true);
    onSend(words);
  };
  const onKeyDown = (event) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      onClose();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    }
  };
  return (
    <div className="question-editor">
      <textarea
        ref={field}
        className="input"
        rows={Math.min(10, words.split("\n").length + 1)}
        value={words}
        aria-label="Question"
        data-testid="question-editor"
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="question-editor-foot">
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button type="button" className="button primary" disabled={off} onClick={send}>
          {sending ? "Sending..." : "Ask again"}
        </button>
      </div>
    </div>
  );
};
