// A search that waits until the typing pauses, and never takes a half-typed word away.
import { useEffect, useRef, useState } from "react";
import { useReady } from "./ready.js";

const PAUSE_MS = 300;

export const SearchBox = ({ value, placeholder, id, testId = "filter-search", onSearch }) => {
  const ready = useReady();
  const [text, setText] = useState(value);
  const asked = useRef(value);
  useEffect(() => {
    if (value !== asked.current) setText(value);
    asked.current = value;
  }, [value]);
  useEffect(() => {
    if (text === asked.current) return undefined;
    const timer = setTimeout(() => onSearch((asked.current = text)), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <input
      type="search"
        autoComplete="off"
      className="input"
      value={text}
      disabled={!ready}
      placeholder={placeholder}
      aria-label={placeholder}
      id={id}
      data-testid={testId}
      onChange={(event) => setText(event.target.value)}
    />
  );
};
