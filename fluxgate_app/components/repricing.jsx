// Price what is listed again: first what that would change, then, if wanted, the change itself.
import { useEffect } from "react";
import { useAddress } from "./address.js";
import { Popover } from "./popover.jsx";

const Lines = ({ lines }) => (
  <div className="priced">
    <table className="rows dense">
      <thead>
        <tr>
          <th scope="col">Model</th>
          {["Requests", "Now", "Then", "Difference"].map((title) => (
            <th scope="col" className="figure" key={title}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lines.map(({ model, calls, before, after, difference }) => (
          <tr key={model}>
            <td>{model}</td>
            <td className="figure">{calls}</td>
            <td className="figure">{before}</td>
            <td className="figure">{after}</td>
            <td className="figure">{difference}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const BUSY = { looking: "Looking …", pricing: "Pricing …" };

const Panel = ({ shown, onPreview, onApply }) => {
  const { phase, trouble, words, lines, changes } = shown;
  const said = trouble || (BUSY[phase] ? `${BUSY[phase]} ${shown.looked_at && `${shown.looked_at} requests`}` : words);
  return (
    <div className="editor repricing">
      <p>
        Requests that are listed are priced by the prices of their day. What a provider or a caller told stays as it is.
      </p>
      {lines.length > 0 && <Lines lines={lines} />}
      <div className="editor-foot">
        <p role="status" className={trouble ? "bad" : "dim"}>
          {said}
        </p>
        {phase === "seen" && changes ? (
          <button type="button" className="button primary" onClick={() => onApply()}>
            Price them again
          </button>
        ) : (
          <button type="button" className="button" disabled={phase in BUSY} onClick={() => onPreview()}>
            {phase ? "Look again" : "What would change?"}
          </button>
        )}
      </div>
    </div>
  );
};

export const RepriceMenu = ({ shown, wrong, onPreview, onApply, onForget }) => {
  const { query } = useAddress();
  // What was seen is true of what was asked for then.
  useEffect(() => {
    if (shown.phase || shown.trouble) onForget();
  }, [query]);
  return (
    <Popover className="button quiet unfolds" button="Reprice" title="Price what is listed again" disabled={wrong}>
      {() => <Panel {...{ shown, onPreview, onApply }} />}
    </Popover>
  );
};
