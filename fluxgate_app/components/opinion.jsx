// Whether an answer was good, said by a press, and why, for those who want to say.
import { ThumbsDown, ThumbsUp } from "lucide-react";
import { useState } from "react";
import { useTexts } from "../texts/texts.js";
import { Popover } from "./popover.jsx";

const LONGEST_REASON = 1000;
const NOTHING = { verdict: "", reason: "" };

const Why = ({ opinion, verdict, onRate, close }) => {
  const say = useTexts();
  const [reason, setReason] = useState(opinion.verdict === verdict ? opinion.reason : "");
  const tell = (given, words) => {
    onRate(given, words);
    close();
  };
  return (
    <div className="why">
      <label>
        {verdict === "good" ? say.whatWasGood : say.whatWasBad}
        <textarea
          className="input"
          rows={3}
          maxLength={LONGEST_REASON}
          value={reason}
          data-testid="opinion-reason"
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <div className="why-foot">
        <button type="button" className="button" onClick={() => tell("", "")}>
          {say.takeBackOpinion}
        </button>
        <button type="button" className="button primary" onClick={() => tell(verdict, reason)}>
          {say.ready}
        </button>
      </div>
    </div>
  );
};

const Thumb = ({ icon: Icon, title, verdict, opinion, onRate }) => {
  const pressed = opinion.verdict === verdict;
  return (
    <Popover
      button={<Icon size={15} aria-hidden="true" fill={pressed ? "currentColor" : "none"} />}
      className="icon-button"
      title={title}
      aria-label={title}
      aria-pressed={pressed}
      onOpen={() => !pressed && onRate(verdict, "")}
    >
      {(close) => <Why opinion={opinion} verdict={verdict} onRate={onRate} close={close} />}
    </Popover>
  );
};

export const Opinion = ({ opinion = NOTHING, onRate }) => {
  const say = useTexts();
  return (
    <>
      <Thumb icon={ThumbsUp} title={say.goodAnswer} verdict="good" opinion={opinion} onRate={onRate} />
      <Thumb icon={ThumbsDown} title={say.badAnswer} verdict="bad" opinion={opinion} onRate={onRate} />
    </>
  );
};
