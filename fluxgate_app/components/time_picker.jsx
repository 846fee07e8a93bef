// When: a span up to now, days of the viewer's zone, or from one moment to another.
import { useState } from "react";
import { between, fromField, span, SPANS, toField, ZONE } from "./moments.js";
import { Popover } from "./popover.jsx";

const NAMES = ["range", "from", "to", "timezone"];

const Custom = ({ since, until, onChoose }) => {
  const [from, setFrom] = useState(toField(since));
  const [to, setTo] = useState(toField(until));
  const wrong = from && to && from >= to;
  const apply = (event) => {
    event.preventDefault();
    const given = [
      ["from", fromField(from)],
      ["to", fromField(to)],
    ];
    onChoose(given.filter(([, value]) => value));
  };
  return (
    <form className="editor" onSubmit={apply}>
      <label className="field">
        <span>From</span>
        <input className="input" type="datetime-local" value={from} onChange={({ target }) => setFrom(target.value)} />
      </label>
      <label className="field">
        <span>To</span>
        <input className="input" type="datetime-local" value={to} onChange={({ target }) => setTo(target.value)} />
      </label>
      <small className="dim">{wrong ? "It must be after the beginning." : ZONE}</small>
      <div className="editor-foot">
        <button type="submit" className="button primary" disabled={wrong || !(from || to)}>
          Apply
        </button>
      </div>
    </form>
  );
};

export const TimePicker = ({ asked, usualRange, onChange }) => {
  const choose = (added, close) => {
    onChange(NAMES, added);
    close();
  };
  // Days begin when they do for the viewer; spans up to now are the same everywhere.
  const pairs = (name) => (/\d/.test(name) ? [["range", name]] : [["range", name], ["timezone", ZONE]]);
  const words = asked.span ? span(asked.span) : between(asked.since, asked.until);
  return (
    <Popover className="button unfolds" button={words} title="Time range">
      {(close) => (
        <div className="time-picker">
          <div className="options">
            {!usualRange && (
              <button type="button" className="option" onClick={() => choose([], close)}>
                <span>Any time</span>
              </button>
            )}
            {SPANS.map(([name, title]) => (
              <button
                type="button"
                className="option"
                key={name}
                aria-pressed={name === asked.span}
                onClick={() => choose(pairs(name), close)}
              >
                <span>{title}</span>
              </button>
            ))}
          </div>
          <Custom
            since={asked.span ? "" : asked.since}
            until={asked.span ? "" : asked.until}
            onChoose={(added) => choose(added, close)}
          />
        </div>
      )}
    </Popover>
  );
};
