// How an answer ended that did not end well: what happened, what to do about it, and the buttons that do it.
import { useTexts } from "../texts/texts.js";
import { useCountdown } from "./countdown.js";

const BROKEN_OFF = ["stopped", "interrupted"];

// By the word for what helps, see chat/failures.py.
const advice = (say, wayOut, left) =>
  ({
    key: say.adviceKey,
    wait: say.adviceWait(left),
    silent: say.adviceSilent,
    provider: say.adviceProvider,
    withheld: say.adviceWithheld,
    broken: say.adviceBroken,
    failed: say.adviceFailed,
    unexpected: say.adviceUnexpected,
  })[wayOut] ?? "";

const Press = ({ words, off, onPress }) => (
  <button type="button" className="button" disabled={off} onClick={() => onPress()}>
    {words}
  </button>
);

// `wait` are seconds: by our own limit, or by the provider's, for which nobody has to wait who asks another model.
export const Trouble = ({ message, wayOut = "", wait = 0, stamp, onGoOn, onRetry }) => {
  const say = useTexts();
  const left = useCountdown(wait, stamp);
  const isOurs = wait > 0 && wayOut !== "wait";
  const words = !isOurs ? say.failure(message) : left ? say.waitSeconds(left) : say.goOnNow;
  const hint = advice(say, wayOut, left);
  return (
    <div className="trouble" role="alert" data-testid="chat-error">
      <div>
        <p>{words}</p>
        {hint && <p className="advice">{hint}</p>}
      </div>
      <div className="choices">
        {onGoOn && <Press words={say.goOn} onPress={onGoOn} />}
        <Press words={say.retry} off={isOurs && left > 0} onPress={onRetry} />
      </div>
    </div>
  );
};

export const isBrokenOff = (message) => BROKEN_OFF.includes(message.status) || Boolean(message.isCut);

export const BrokenOff = ({ message, onGoOn, onRetry }) => {
  const say = useTexts();
  const { status, text, isCut } = message;
  return (
    <div className="broken-off" data-testid="broken-off">
      <span>{isCut ? say.longEnough : status === "stopped" ? say.youStopped : say.interrupted}</span>
      {text && <Press words={say.goOn} onPress={onGoOn} />}
      {!isCut && <Press words={say.retry} onPress={onRetry} />}
    </div>
  );
};

// The server has no answer here: it was deleted, or never begun.
export const Unanswered = ({ onRetry }) => {
  const say = useTexts();
  return (
    <div className="broken-off" data-testid="unanswered">
      <span>{say.noAnswerHere}</span>
      <Press words={say.answer} onPress={onRetry} />
    </div>
  );
};
