// A button that copies a text, in which `{origin}` is this server's address.
import { useClipboard } from "./clipboard.js";

export const Copy = ({ text, label }) => {
  const [said, copy] = useClipboard();
  const press = () => copy(text.replace("{origin}", () => window.location.origin));
  return (
    <button type="button" className="button" aria-live="polite" onClick={press}>
      {said || label}
    </button>
  );
};
