// Copies a text, and says so for a moment.
import { useEffect, useState } from "react";

const SAID_MS = 2000;

// Only pages of a secure origin may use the clipboard; elsewhere the old way works.
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
  return undefined;
}

export const Copy = ({ text, label }) => {
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (!said) return undefined;
    const timer = setTimeout(() => setSaid(""), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const press = () =>
    copy(text.replace("{origin}", () => window.location.origin)).then(
      () => setSaid("Copied"),
      () => setSaid("The browser does not allow it"),
    );
  return (
    <button type="button" className="button" aria-live="polite" onClick={press}>
      {said || label}
    </button>
  );
};
