// A conversation is shared by link: made here, copied once, withdrawn.
import { X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTexts } from "../texts/texts.js";
import { useBusy } from "./busy.js";
import { Copy } from "./copy.jsx";

const DAYS = [0, 1, 7, 30];
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const said = (iso) => day.format(new Date(iso));

const NewLink = ({ path }) => {
  const say = useTexts();
  const link = window.location.origin + path;
  return (
    <div className="new-link" role="status">
      <div className="new-link-line">
        <input
          className="input mono"
          readOnly
          value={link}
          aria-label={say.link}
          data-testid="share-link"
          onFocus={(event) => event.target.select()}
        />
        <Copy title={say.copyLink} textOf={() => link} />
      </div>
      <p>{say.copyItNow}</p>
    </div>
  );
};

const Links = ({ links, busy, onWithdraw }) => {
  const say = useTexts();
  return (
    <ul className="share-links" aria-label={say.links}>
      {links.map(({ id, created_at: made, expires_at: end }) => (
        <li key={id} data-testid="share-line">
          <span>
            {say.madeOn(said(made))}
            <small>{end ? say.openUntil(said(end)) : say.openFor(0)}</small>
          </span>
          <button type="button" className="button" disabled={Boolean(busy)} onClick={() => onWithdraw(id)}>
            {busy === id ? say.oneMoment : say.withdraw}
          </button>
        </li>
      ))}
    </ul>
  );
};

export const ShareDialog = ({ conversation, title, links, path, trouble, answered, onCreate, onWithdraw, onClose }) => {
  const say = useTexts();
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
        <h2 id="share-title">{say.shareTitle(title)}</h2>
        <button type="button" className="icon-button" aria-label={say.close} onClick={() => dialog.current.close()}>
          <X size={16} aria-hidden="true" />
        </button>
      </header>
      <p>
        {say.shareWords}
      </p>
      <div className="share-make">
        <select
          className="select"
          value={days}
          aria-label={say.howLong}
          onChange={(event) => setDays(Number(event.target.value))}
        >
          {DAYS.map((number) => (
            <option key={number} value={number}>
              {say.openFor(number)}
            </option>
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
          {busy === "create" ? say.oneMoment : say.createLink}
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
