// A secret that is shown once: kept here alone, as soon as it has arrived, and gone with a reload.
import { useEffect, useState } from "react";
import { useClipboard } from "./clipboard.js";

const Copied = ({ label, text }) => {
  const [said, copy] = useClipboard();
  return (
    <div className="copied">
      <pre tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <button type="button" className="button" onClick={() => copy(text)} aria-label={`Copy: ${label}`}>
        {said || "Copy"}
      </button>
    </div>
  );
};

export const ShownOnce = ({ secret, title, words, label, trial, onKept }) => {
  const [kept, setKept] = useState(null);
  useEffect(() => {
    if (!secret) return;
    setKept({ secret, title, trial });
    onKept();
  }, [secret]);
  if (!kept) return null;
  return (
    <section className="shown-once" role="status">
      <h3>{kept.title}</h3>
      <p>{words}</p>
      <Copied label={label} text={kept.secret} />
      {kept.trial && (
        <>
          <p>Try it:</p>
          <Copied label="A call with the key" text={`curl ${window.location.origin}${kept.trial}`} />
        </>
      )}
      <button type="button" className="button" onClick={() => setKept(null)}>
        I have it
      </button>
    </section>
  );
};
