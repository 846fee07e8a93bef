// A sign that copies a text.
import { Check, Copy as Sheets } from "lucide-react";
import { useClipboard } from "./clipboard.js";

export const Copy = ({ textOf, title, className = "icon-button" }) => {
  const [said, copy, isCopied] = useClipboard();
  const Sign = isCopied ? Check : Sheets;
  const words = said || title;
  return (
    <button type="button" className={className} title={words} aria-label={words} onClick={() => copy(textOf())}>
      <Sign size={15} aria-hidden="true" />
    </button>
  );
};
