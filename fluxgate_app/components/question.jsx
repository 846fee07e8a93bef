// A question: as it was asked, or being asked in other words.
import { useEffect, useRef, useState } from "react";
import { Files } from "./attachments.jsx";
import { QuestionActions } from "./message_actions.jsx";

const SENDING_TIMEOUT_MS = 15000;

// It stays open, with what was typed, until the server has taken it.
const Editor = ({ text, failed, onSend, onClose }) => {
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

export const Question = ({ message, isChangeable, trouble, onEdit, onRemove }) => {
  const [editing, setEditing] = useState(false);
  useEffect(() => {
    if (!isChangeable) setEditing(false);
  }, [isChangeable]);
  return (
    <>
      {editing && isChangeable ? (
        <Editor text={message.text} failed={trouble} onSend={onEdit} onClose={() => setEditing(false)} />
      ) : (
        <div className="said" data-testid="message-user">
          {message.text}
        </div>
      )}
      <Files files={message.files} />
      {!editing && (
        <QuestionActions
          message={message}
          onEdit={isChangeable ? () => setEditing(true) : null}
          onRemove={onRemove}
        />
      )}
    </>
  );
};
