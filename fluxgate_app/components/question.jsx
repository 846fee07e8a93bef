// A question: as it was asked, or being asked in other words.
import { useEffect, useRef, useState } from "react";
import { useTexts } from "../texts/texts.js";
import { Files } from "./attachments.jsx";
import { useEdit } from "./edits.js";
import { QuestionActions } from "./message_actions.jsx";

const SENDING_TIMEOUT_MS = 15000;

// It stays open, with what was typed, until the server has taken it.
const Editor = ({ words, failed, onChange, onSend, onClose }) => {
  const say = useTexts();
  const field = useRef(null);
  const [sending, setSending] = useState(false);
  const sent = useRef(false);
  sent.current = sending;
  useEffect(() => field.current.focus(), []);
  // The answer to other words comes with a question of its own, in the place of this one.
  useEffect(() => () => sent.current && onClose(), []);
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
        aria-label={say.question}
        data-testid="question-editor"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="question-editor-foot">
        <button type="button" className="button" onClick={onClose}>
          {say.cancel}
        </button>
        <button type="button" className="button primary" disabled={off} onClick={send}>
          {sending ? say.sending : say.askAgain}
        </button>
      </div>
    </div>
  );
};

export const Question = ({ message, isChangeable, trouble, onEdit, onRemove }) => {
  const [words, setWords] = useEdit(message.id);
  const editing = words !== undefined;
  const close = () => setWords(undefined);
  useEffect(() => {
    if (!isChangeable) close();
  }, [isChangeable]);
  return (
    <>
      {editing && isChangeable ? (
        <Editor words={words} failed={trouble} onChange={setWords} onSend={onEdit} onClose={close} />
      ) : (
        <div className="said" data-testid="message-user">
          {message.text}
        </div>
      )}
      <Files files={message.files} />
      {!editing && (
        <QuestionActions
          message={message}
          onEdit={isChangeable ? () => setWords(message.text) : null}
          onRemove={onRemove}
        />
      )}
    </>
  );
};
