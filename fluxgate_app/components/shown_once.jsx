// A secret that is shown once: kept here alone, as soon as it has arrived, and gone with a reload.
import { useEffect, useRef, useState } from "react";

const Copied = ({ label, text }) => {
  const field = useRef(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    getSelection().selectAllChildren(field.current);
    // Without https a page may not use the clipboard, but may copy what is selected.
    if (navigator.clipboard) await navigator.clipboard.writeText(text).catch(() => {});
    else document.execCommand("copy");
    setCopied(true);
  };
  return (
    <div className="copied">
      <pre ref={field} tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <button type="button" className="button" onClick={copy} aria-label={`Copy: ${label}`}>
        {copied ? "Copied" : "Copy"}
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
