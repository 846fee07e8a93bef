// The open conversation as a person reads it.
import { memo, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import { Link } from "react-router";
import { BrokenOff, isBrokenOff, Trouble, Unanswered } from "./endings.jsx";
import { useFollowing } from "./following.js";
import { AnswerActions, Versions } from "./message_actions.jsx";
import { useTexts } from "../texts/texts.js";
import { Block } from "./markdown.jsx";
import { isOpen, lastMessage, messageIds, messageOf, missingFrom, subscribe, takeFeed, takePiece } from "./messages.js";
import { Question } from "./question.jsx";
import { useWindow } from "./window.js";

const PATIENCE_MS = 250;
const ASK_AGAIN_MS = 2000;

const Meta = ({ meta, status }) => {
  const say = useTexts();
  return (
    <footer className="meta" data-testid="message-meta">
      {status === "stopped" && <span>{say.stopped}</span>}
      {meta.calls && <span>{say.calls(meta.calls)}</span>}
      {meta.tokens && <span>{`${meta.tokens} ${say.tokens}`}</span>}
      {meta.cost && <span title={meta.exactCost}>{say.cost(meta.cost)}</span>}
      {meta.first && <span>{say.firstToken(meta.first)}</span>}
      {meta.speed && <span>{meta.speed}</span>}
      {meta.request && (
        <Link to={meta.request} aria-label={say.openRequest}>
          ↗
        </Link>
      )}
    </footer>
  );
};

const Answer = ({ message }) => {
  const say = useTexts();
  const writing = message.status === "streaming";
  const blocks = message.blocks;
  return (
    <>
      {writing && !message.text && <p className="thinking">{say.thinking}</p>}
      <div className={writing && message.text ? "md writing" : "md"} data-testid="message-assistant">
        {blocks.map((block, index) => (
          <Block
            key={block.start}
            text={block.text}
            kind={block.kind}
            unfinished={writing && index === blocks.length - 1}
            broken={message.status !== "done" && index === blocks.length - 1}
          />
        ))}
      </div>
    </>
  );
};

// What was searched for is shown once, and the address forgets it.
function useFound(isFound, place) {
  useEffect(() => {
    if (!isFound) return;
    place.current?.scrollIntoView({ block: "center" });
    window.history.replaceState(window.history.state, "", window.location.pathname);
  }, [isFound]);
}

const Message = memo(({ id, isLast, isChangeable, isFound, trouble, on }) => {
  const say = useTexts();
  const place = useRef(null);
  useFound(isFound, place);
  const message = useSyncExternalStore(subscribe, () => messageOf(id));
  if (!message) return null;
  const own = message.role === "user";
  const who = own ? say.you : say.assistant;
  const onRetry = () => on.retry(id);
  const versions = message.version && (
    <Versions version={message.version} off={!isChangeable} onLookAt={on.lookAt} />
  );
  return (
    <article
      ref={place}
      className={`message${own ? " own" : ""}${isFound ? " found" : ""}`}
      aria-label={who}
    >
      <h3>{who}</h3>
      {own ? (
        <Question
          message={message}
          isChangeable={isChangeable}
          trouble={trouble}
          onEdit={(text) => on.edit(text, id)}
          onRemove={() => on.remove(id)}
        />
      ) : (
        <Answer message={message} />
      )}
      {own && versions}
      {own && isLast && isChangeable && <Unanswered onRetry={onRetry} />}
      {isLast && isBrokenOff(message) && !message.error && (
        <BrokenOff message={message} onGoOn={on.goOn} onRetry={onRetry} />
      )}
      {message.error && isLast && (
        <Trouble
          message={message.error}
          wayOut={message.wayOut}
          wait={message.wait}
          stamp={message}
          onGoOn={message.text && message.wayOut !== "withheld" ? on.goOn : null}
          onRetry={onRetry}
        />
      )}
      {message.error && !isLast && <p className="meta">{say.failure(message.error)}</p>}
      {!own && message.status !== "streaming" && (
        <div className="message-foot">
          {versions}
          {message.meta && <Meta meta={message.meta} status={message.status} />}
          <AnswerActions
            message={message}
            isChangeable={isChangeable}
            onRetry={onRetry}
            onRemove={() => on.remove(id)}
            onRate={(verdict, reason) => on.rate(id, verdict, reason)}
          />
        </div>
      )}
    </article>
  );
});

const ended = (say) => ({
  done: say.answerFinished,
  stopped: say.answerStopped,
  failed: say.answerFailed,
  interrupted: say.answerInterrupted,
});

// What a screen reader is told: that an answer began and how it ended, never each word.
function useAnnouncement(say) {
  const status = useSyncExternalStore(subscribe, () => lastMessage()?.status ?? "");
  const [words, setWords] = useState("");
  const before = useRef(status);
  useEffect(() => {
    if (status === "streaming") setWords(say.answerStarted);
    else if (before.current === "streaming") setWords(ended(say)[status] ?? "");
    before.current = status;
  }, [status]);
  return words;
}

// Ask for what got lost on the way, unless it comes by itself; once in a while, however many pieces follow.
function useAsking(feed, piece, onGap) {
  const timer = useRef(null);
  useEffect(() => {
    const ask = () => {
      const from = missingFrom();
      if (from !== null) onGap(from);
      timer.current = from === null ? null : setTimeout(ask, ASK_AGAIN_MS);
    };
    if (missingFrom() !== null) timer.current ??= setTimeout(ask, PATIENCE_MS);
  }, [feed, piece]);
  useEffect(() => () => clearTimeout(timer.current), []);
}

const Skeleton = () => (
  <div className="skeleton" aria-hidden="true">
    <i style={{ width: "40%" }} />
    <i />
    <i style={{ width: "80%" }} />
  </div>
);

export const Transcript = memo(({ feed, piece, trouble, welcome, onGap, onRetry, onGoOn, onEdit, ...others }) => {
  const say = useTexts();
  const scroller = useRef(null);
  const column = useRef(null);
  useLayoutEffect(() => takeFeed(feed), [feed]);
  useLayoutEffect(() => takePiece(piece), [feed, piece]);
  useAsking(feed, piece, onGap);
  const ids = useSyncExternalStore(subscribe, messageIds);
  const ready = useSyncExternalStore(subscribe, isOpen);
  const [drawn, before, showMore] = useWindow(scroller, feed.found);
  const [following, jump] = useFollowing(scroller, column, feed.found);
  const words = useAnnouncement(say);
  const last = messageOf(ids.at(-1));
  const handlers = useRef({});
  Object.assign(handlers.current, { retry: onRetry, goOn: onGoOn, edit: onEdit });
  Object.assign(handlers.current, { lookAt: others.onLookAt, remove: others.onRemove, rate: others.onRate });
  const isWritten = useSyncExternalStore(subscribe, () => lastMessage()?.status !== "streaming");
  return (
    <div className="transcript" ref={scroller}>
      <div className="column" ref={column} role="log" aria-live="off" aria-label={say.conversation}>
        {!ready && <Skeleton />}
        {ready && !ids.length && <p className="welcome">{welcome}</p>}
        {before > 0 && (
          <button type="button" className="button earlier" onClick={showMore}>
            {say.showEarlier}
          </button>
        )}
        {drawn.map((id) => (
          <Message
            key={id}
            id={id}
            isLast={id === last?.id && !trouble.message}
            isChangeable={isWritten}
            isFound={id === feed.found}
            trouble={isWritten ? trouble : null}
            on={handlers.current}
          />
        ))}
        {trouble.message && (
          <Trouble
            message={trouble.message}
            wayOut={trouble.way_out}
            wait={trouble.retry_after}
            stamp={trouble}
            onRetry={() => onRetry("")}
          />
        )}
      </div>
      {!following && (
        <button type="button" className="jump" onClick={jump} aria-label={say.toTheEnd}>
          ↓
        </button>
      )}
      <div className="unseen" role="status">
        {words}
      </div>
    </div>
  );
});
