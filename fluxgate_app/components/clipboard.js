// Put a text on the clipboard, and say how that went for a moment.
import { useEffect, useState } from "react";
import { useTexts } from "../texts/texts.js";

const SAID_MS = 2000;

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

// What is to be said of it, how to copy, and whether that went well.
export function useClipboard() {
  const say = useTexts();
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (!said) return undefined;
    const timer = setTimeout(() => setSaid(""), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = (text) =>
    write(text).then(
      () => setSaid(say.copied),
      () => setSaid(say.notCopied),
    );
  return [said, copy, said === say.copied];
}
