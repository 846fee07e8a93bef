// What can be done with a message: copy it, have it written again, ask in other words, delete it, and go from one
// version of it to another.
import { ChevronLeft, ChevronRight, Pencil, RefreshCw, Trash2 } from "lucide-react";
import { useTexts } from "../texts/texts.js";
import { Copy } from "./copy.jsx";
import { Opinion } from "./opinion.jsx";
import { Popover } from "./popover.jsx";

const Action = ({ icon: Icon, title, onClick }) => (
  <button type="button" className="icon-button" title={title} aria-label={title} onClick={() => onClick()}>
    <Icon size={15} aria-hidden="true" />
  </button>
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

export const Versions = ({ version, off, onLookAt }) => {
  const say = useTexts();
  return (
    <div className="versions" role="group" aria-label={say.versions} data-testid="versions">
      <Turn icon={ChevronLeft} title={say.versionBefore} to={version.before} off={off} onLookAt={onLookAt} />
      <span aria-label={say.versionOf(version.at, version.of)}>{`${version.at}/${version.of}`}</span>
      <Turn icon={ChevronRight} title={say.versionAfter} to={version.after} off={off} onLookAt={onLookAt} />
    </div>
  );
};

const Remove = ({ onRemove }) => {
  const say = useTexts();
  return (
    <Popover
      button={<Trash2 size={15} aria-hidden="true" />}
      className="icon-button"
      title={say.deleteMessage}
      aria-label={say.deleteMessage}
    >
      {(close) => (
        <div className="asking-to-delete">
          <p>{say.sureToDelete}</p>
          <button type="button" className="button" onClick={close}>
            {say.cancel}
          </button>
          <button type="button" className="button danger" data-testid="delete-message" onClick={() => onRemove()}>
            {say.remove}
          </button>
        </div>
      )}
    </Popover>
  );
};

export const AnswerActions = ({ message, isChangeable, onRetry, onRemove, onRate }) => {
  const say = useTexts();
  const isDone = message.status === "done";
  return (
    <div className="message-actions">
      {message.meta && <Opinion opinion={message.opinion} onRate={onRate} />}
      {message.text && <Copy title={say.copyAnswer} textOf={() => message.text} />}
      {isChangeable && isDone && <Action icon={RefreshCw} title={say.writeAgain} onClick={onRetry} />}
      {isChangeable && <Remove onRemove={onRemove} />}
    </div>
  );
};

export const QuestionActions = ({ message, onEdit, onRemove }) => {
  const say = useTexts();
  return (
    <div className="message-actions">
      <Copy title={say.copyQuestion} textOf={() => message.text} />
      {onEdit && <Action icon={Pencil} title={say.editQuestion} onClick={onEdit} />}
      {onEdit && <Remove onRemove={onRemove} />}
    </div>
  );
};
