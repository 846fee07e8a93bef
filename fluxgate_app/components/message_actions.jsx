// What can be done with a message: copy it, have it written again or continued, ask in other words, delete it, and go
// from one version of it to another.
import { ChevronLeft, ChevronRight, Pencil, RefreshCw, Trash2 } from "lucide-react";
import { Copy } from "./copy.jsx";
import { Opinion } from "./opinion.jsx";
import { Popover } from "./popover.jsx";

const BROKEN_OFF = { stopped: "You stopped this answer.", interrupted: "This answer was interrupted." };

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

// The server has no answer here: it was deleted, or never begun.
export const Unanswered = ({ onRetry }) => (
  <div className="broken-off" data-testid="unanswered">
    <span>There is no answer here.</span>
    <button type="button" className="button" onClick={() => onRetry()}>
      Answer
    </button>
  </div>
);

const Turn = ({ icon: Icon, title, to, off, onLookAt }) => (
  <button
    type="button"
    className="icon-button"
    title={title}
    aria-label={title}
    aria-disabled={off || !to}
    onClick={() => !off && to && onLookAt(to)}
  >
    <Icon size={15} aria-hidden="true" />
  </button>
);

export const Versions = ({ version, off, onLookAt }) => (
  <div className="versions" role="group" aria-label="Versions" data-testid="versions">
    <Turn icon={ChevronLeft} title="Version before" to={version.before} off={off} onLookAt={onLookAt} />
    <span aria-label={`Version ${version.at} of ${version.of}`}>{`${version.at}/${version.of}`}</span>
    <Turn icon={ChevronRight} title="Version after" to={version.after} off={off} onLookAt={onLookAt} />
  </div>
);

const Remove = ({ onRemove }) => (
  <Popover
    button={<Trash2 size={15} aria-hidden="true" />}
    className="icon-button"
    title="Delete message"
    aria-label="Delete message"
  >
    {(close) => (
      <div className="asking-to-delete">
        <p>Delete this message and all that follows it? This cannot be undone.</p>
        <button type="button" className="button" onClick={close}>
          Cancel
        </button>
        <button type="button" className="button danger" data-testid="delete-message" onClick={() => onRemove()}>
          Delete
        </button>
      </div>
    )}
  </Popover>
);

export const AnswerActions = ({ message, isChangeable, onRetry, onRemove, onRate }) => (
  <div className="message-actions">
    {message.meta && <Opinion opinion={message.opinion} onRate={onRate} />}
    {message.text && <Copy title="Copy answer" textOf={() => message.text} />}
    {isChangeable && message.status === "done" && <Action icon={RefreshCw} title="Write it again" onClick={onRetry} />}
    {isChangeable && <Remove onRemove={onRemove} />}
  </div>
);

export const QuestionActions = ({ message, onEdit, onRemove }) => (
  <div className="message-actions">
    <Copy title="Copy question" textOf={() => message.text} />
    {onEdit && <Action icon={Pencil} title="Edit question" onClick={onEdit} />}
    {onEdit && <Remove onRemove={onRemove} />}
  </div>
);
