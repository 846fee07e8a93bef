// All filtered rows as a file, with how much has come; what breaks off leaves no half a file.
import { useRef, useState } from "react";
import { Popover } from "./popover.jsx";

const FORMATS = [
  ["csv", "CSV"],
  ["jsonl", "JSON lines"],
  ["parquet", "Parquet"],
];
const SAID_EVERY_MS = 200;
const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

function keep(parts, type, name) {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

async function fetched(url, signal, onBytes) {
  const answer = await fetch(url, { signal });
  if (!answer.ok) throw new Error((await answer.json()).error);
  const parts = [];
  let bytes = 0;
  let said = 0;
  const reader = answer.body.getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    parts.push(step.value);
    bytes += step.value.length;
    if (Date.now() - said > SAID_EVERY_MS) {
      said = Date.now();
      onBytes(bytes);
    }
  }
  return { parts, bytes, type: answer.headers.get("content-type") };
}

function useExport() {
  const [state, setState] = useState({});
  const running = useRef(null);
  const begin = async (format, query) => {
    const abort = new AbortController();
    running.current = abort;
    setState({ format, bytes: 0 });
    try {
      const onBytes = (bytes) => setState({ format, bytes });
      const { parts, bytes, type } = await fetched(`/api/events/export?format=${format}${query}`, abort.signal, onBytes);
      keep(parts, type, `fluxgate-requests-${new Date().toISOString().slice(0, 10)}.${format}`);
      setState({ said: `${size(bytes)} are written.` });
    } catch (error) {
      const trouble = `It broke off, and nothing was kept: ${error.message}`;
      setState(abort.signal.aborted ? { said: "Cancelled." } : { trouble });
    }
  };
  return { state, begin, cancel: () => running.current.abort() };
}

export const Export = ({ query, disabled }) => {
  const { state, begin, cancel } = useExport();
  const rest = query ? `&${query}` : "";
  const busy = state.format !== undefined;
  const label = busy ? `Export · ${size(state.bytes)}` : "Export";
  return (
    <Popover className="button quiet unfolds" button={label} title="All that the filters let through" disabled={disabled}>
      {() => (
        <div className="options">
          {FORMATS.map(([format, title]) => (
            <button type="button" className="option" key={format} disabled={busy} onClick={() => begin(format, rest)}>
              <span>{title}</span>
              <small>{state.format === format ? `${size(state.bytes)} …` : "all filtered rows"}</small>
            </button>
          ))}
          <a className="option" href={`/api/events${query ? `?${query}` : ""}`} target="_blank" rel="noreferrer">
            <span>As JSON</span>
            <small>this page, from the API</small>
          </a>
          {busy && (
            <button type="button" className="button" onClick={cancel}>
              Cancel
            </button>
          )}
          <p role="status" className={state.trouble ? "bad" : "dim"}>
            {state.trouble ?? state.said}
          </p>
        </div>
      )}
    </Popover>
  );
};
