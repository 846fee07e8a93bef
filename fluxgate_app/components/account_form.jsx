// A form that proves or makes an account: sent by fetch, because the session's cookie is out of a page's reach.
import { useEffect, useState } from "react";
import { forgetDrafts } from "../composer/drafts.js";
import { useTexts } from "../texts/texts.js";
import { useReady } from "./ready.js";

async function post(action, body) {
  const answer = await fetch(action, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.error ?? "");
}

// The tab's State belongs to whoever used it before: forget it.
function enter(place) {
  sessionStorage.clear();
  window.location.assign(place);
}

// What the address carries for the form, such as the token of a setup link.
const carried = (names) => {
  const query = new URLSearchParams(window.location.search);
  return Object.fromEntries(names.map((name) => [name, query.get(name) ?? ""]));
};

export const AccountForm = ({ action, then, submit, busy, fields, carry }) => {
  const say = useTexts();
  const ready = useReady();
  const [sending, setSending] = useState(false);
  const [trouble, setTrouble] = useState("");
  const onSubmit = async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(event.currentTarget));
    setSending(true);
    setTrouble("");
    try {
      await post(action, { ...carried(carry), ...values });
      enter(then);
    } catch (error) {
      setTrouble(error instanceof TypeError ? say.notReached : error.message || say.requestFailed);
      setSending(false);
    }
  };
  return (
    <form method="post" onSubmit={onSubmit}>
      {fields.map(({ label, hint, testid, ...input }) => (
        <label className="field" key={input.name}>
          <span>{label}</span>
          <input className="input" required data-testid={testid} {...input} />
          {hint && <small>{hint}</small>}
        </label>
      ))}
      {trouble && (
        <p className="trouble" role="alert">
          {trouble}
        </p>
      )}
      <button className="button primary" disabled={sending || !ready} data-testid="login-submit">
        {sending ? busy : submit}
      </button>
    </form>
  );
};

// A way to another form of this kind, shown while the server says that it is open.
export const WhileOpen = ({ action, children }) => {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    fetch(action)
      .then((answer) => answer.json())
      .then((said) => setOpen(said.open === true))
      .catch(() => {});
  }, [action]);
  return open && children;
};

export const LogOut = ({ children }) => {
  const say = useTexts();
  const leave = async () => {
    await fetch("/api/auth/logout", { method: "POST" });
    forgetDrafts();
    enter("/login");
  };
  return (
    <button type="button" className="icon-button" title={say.logOut} aria-label={say.logOut} onClick={leave}>
      {children}
    </button>
  );
};
