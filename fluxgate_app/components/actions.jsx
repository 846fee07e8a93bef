// What can be done with one thing: buttons that ask before they act.
import { useState } from "react";
import { useBusy } from "./busy.js";

export const Actions = ({ about, choices, number, onAct }) => {
  const [asking, setAsking] = useState(null);
  const [busy, setBusy] = useBusy(number);
  const act = (choice) => {
    setAsking(null);
    setBusy(choice.act);
    onAct(choice.act);
  };
  if (asking) {
    return (
      <div className="actions asking" role="group" aria-label={asking.ask}>
        <span>{asking.ask}</span>
        <button type="button" className="button danger" onClick={() => act(asking)}>
          {asking.sure}
        </button>
        <button type="button" className="button" autoFocus onClick={() => setAsking(null)}>
          Cancel
        </button>
      </div>
    );
  }
  return (
    <div className="actions">
      {choices.map((choice) => (
        <button
          key={choice.act}
          type="button"
          className="button"
          aria-label={about ? `${choice.label}: ${about}` : undefined}
          disabled={Boolean(busy)}
          onClick={() => (choice.ask ? setAsking(choice) : act(choice))}
        >
          {busy === choice.act ? "One moment …" : choice.label}
        </button>
      ))}
    </div>
  );
};
