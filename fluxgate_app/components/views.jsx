// Saved views: what was looked at, by name. Whoever comes to the list without asking for anything gets their default.
import { useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { sameQuery, useAddress } from "./address.js";
import { useBusy } from "./busy.js";
import { Popover } from "./popover.jsx";
import { useLooks } from "./table_columns.js";

const to = (query) => (query ? `/requests?${query}` : "/requests");

const View = ({ view, isHere, onClose, onDefault, onDelete }) => (
  <div className="option view-option">
    <Link to={to(view.query)} aria-current={isHere ? "true" : undefined} onClick={onClose}>
      <span>{view.name}</span>
      {view.is_shared && <small>shared</small>}
    </Link>
    <button
      type="button"
      aria-pressed={view.is_default}
      aria-label={`Open Requests with “${view.name}”`}
      title={view.is_default ? "Requests opens with this view" : "Open Requests with this view"}
      onClick={() => onDefault(view.is_default ? "" : view.id)}
    >
      {view.is_default ? "★" : "☆"}
    </button>
    {view.may_change && (
      <button type="button" aria-label={`Delete “${view.name}”`} title="Delete" onClick={() => onDelete(view.id)}>
        ×
      </button>
    )}
  </div>
);

const Save = ({ current, mayShare, changing, onSave }) => {
  const [name, setName] = useState(current?.may_change ? current.name : "");
  const [isShared, setShared] = useState(Boolean(current?.may_change && current.is_shared));
  const [busy, setBusy] = useBusy(changing.number);
  const submit = (event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    onSave(name, isShared);
  };
  return (
    <form className="editor-foot view-save" onSubmit={submit}>
      <input
        className="input"
        value={name}
        maxLength={100}
        placeholder="Name of what is shown now"
        aria-label="Name of the view"
        onChange={({ target }) => setName(target.value)}
      />
      {mayShare && (
        <label className="option">
          <input type="checkbox" checked={isShared} onChange={() => setShared(!isShared)} />
          <span>For everybody</span>
        </label>
      )}
      <button className="button" disabled={!name.trim()}>
        {busy ? "Saving …" : "Save"}
      </button>
      <p role="status" className={changing.trouble ? "bad" : "dim"}>
        {changing.trouble || changing.said}
      </p>
    </form>
  );
};

export const ViewMenu = ({ views, loaded, mayShare, changing, onSave, onDefault, onDelete }) => {
  const { whole, go } = useAddress();
  const { looks } = useLooks();
  const settled = useRef(false);
  const default_ = views.find((view) => view.is_default);
  useEffect(() => {
    if (!loaded || settled.current) return;
    settled.current = true;
    // What is asked for now; `whole` may still be that of the page as it was built.
    if (default_ && !window.location.search) go(default_.query, { replace: true });
  }, [loaded]);
  const shown = [whole, looks].filter(Boolean).join("&");
  const current = views.find((view) => sameQuery(view.query, whole));
  return (
    <Popover className="button quiet unfolds" button={current?.name ?? "Views"} title="Saved views">
      {(close) => (
        <div className="editor">
          <div className="options">
            <div className="option view-option">
              <Link to="/requests" aria-current={whole ? undefined : "true"} onClick={close}>
                <span>All requests</span>
              </Link>
            </div>
            {views.map((view) => (
              <View key={view.id} isHere={view === current} onClose={close} {...{ view, onDefault, onDelete }} />
            ))}
          </div>
          <Save onSave={(name, isShared) => onSave({ name, query: shown, shared: isShared })} {...{ current, mayShare, changing }} />
        </div>
      )}
    </Popover>
  );
};
