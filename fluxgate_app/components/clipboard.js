// Put a text on the clipboard, and say how that went for a moment.
import { useEffect, useState } from "react";

const SAID_MS = 2000;
export const COPIED = "Copied";

// Only pages of a secure origin may use the clipboard; elsewhere the old way works.
export async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = Object.assign(document.createElement("textarea"), { value: text, className: "unseen" });
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
  return undefined;
}

export function useClipboard() {
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (!said) return undefined;
    const timer = setTimeout(() => setSaid(""), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = (text) =>
    write(text).then(
      () => setSaid(COPIED),
      () => setSaid("The browser does not allow it"),
    );
  return [said, copy];
}
