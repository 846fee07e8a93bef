// Put a text on the clipboard, and say so for a moment.
import { Check, Copy as Sheets } from "lucide-react";
import { useEffect, useState } from "react";

const SAID_MS = 1500;

// Without https there is no clipboard but the old one.
export async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = Object.assign(document.createElement("textarea"), { value: text, className: "unseen" });
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

export const Copy = ({ textOf, title, className = "icon-button" }) => {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const Sign = copied ? Check : Sheets;
  const said = copied ? "Copied" : title;
  return (
    <button
      type="button"
      className={className}
      title={said}
      aria-label={said}
      onClick={() => write(textOf()).then(() => setCopied(true))}
    >
      <Sign size={15} aria-hidden="true" />
    </button>
  );
};
