// A conversation is shared by link: made here, copied once, withdrawn.
import { X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useBusy } from "./busy.js";
import { Copy } from "./copy.jsx";

const LASTING = [
  [0, "until it is withdrawn"],
  [1, "for a day"],
  [7, "for 7 days"],
  [30, "for 30 days"],
];
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const said = (iso) => day.format(new Date(iso));

const NewLink = ({ path }) => {
  const link = window.location.origin + path;
  return (
    <div className="new-link" role="status">
      <div className="new-link-line">
        <input
          className="input mono"
          readOnly
          value={link}
          aria-label="Link"
          data-testid="share-link"
          onFocus={(event) => event.target.select()}
        />
        <Copy title="Copy link" textOf={() => link} />
      </div>
      <p>Copy it now: it cannot be shown again.</p>
    </div>
  );
};

const Links = ({ links, busy, onWithdraw }) => (
  <ul className="share-links" aria-label="Links">
    {links.map(({ id, created_at: made, expires_at: end }) => (
      <li key={id} data-testid="share-line">
        <span>
          Made {said(made)}
          <small>{end ? `Open until ${said(end)}` : "Open until it is withdrawn"}</small>
        </span>
        <button type="button" className="button" disabled={Boolean(busy)} onClick={() => onWithdraw(id)}>
          {busy === id ? "One moment …" : "Withdraw"}
        </button>
      </li>
    ))}
  </ul>
);

export const ShareDialog = ({ conversation, title, links, path, trouble, answered, onCreate, onWithdraw, onClose }) => {
  const dialog = useRef(null);
  const [days, setDays] = useState(0);
  const [busy, setBusy] = useBusy(answered);
  useEffect(() => {
    if (conversation && !dialog.current.open) dialog.current.showModal();
    if (!conversation) dialog.current.close();
  }, [conversation]);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="share-title" onClose={() => conversation && onClose()}>
      <header>
        <h2 id="share-title">Share “{title}”</h2>
        <button type="button" className="icon-button" aria-label="Close" onClick={() => dialog.current.close()}>
          <X size={16} aria-hidden="true" />
        </button>
      </header>
      <p>
        Whoever has the link can read a copy of what is said here by now, without an account: no costs, no instructions,
        nobody’s name.
      </p>
      <div className="share-make">
        <select
          className="select"
          value={days}
          aria-label="How long it opens"
          onChange={(event) => setDays(Number(event.target.value))}
        >
          {LASTING.map(([number, words]) => (
            <option key={number} value={number}>{`Open ${words}`}</option>
          ))}
        </select>
        <button
          type="button"
          className="button primary"
          disabled={Boolean(busy)}
          onClick={() => {
            setBusy("create");
            onCreate(conversation, days);
          }}
        >
          {busy === "create" ? "One moment …" : "Create link"}
        </button>
      </div>
      {trouble && (
        <p className="bad" role="alert">
          {trouble}
        </p>
      )}
      {path && <NewLink path={path} />}
      {links.length > 0 && (
        <Links
          links={links}
          busy={busy}
          onWithdraw={(id) => {
            setBusy(id);
            onWithdraw(conversation, id);
          }}
        />
      )}
    </dialog>
  );
};
