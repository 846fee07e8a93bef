// Where a question is written. What is typed stays in the browser, and stays there until the server has taken it.
import { useEffect, useRef, useState } from "react";
import { useLocation } from "react-router";
import { useCountdown } from "./countdown.js";
import { useReady } from "./ready.js";

const SENDING_TIMEOUT_MS = 15000;
const path = (address) => address.replace(/(.)\/+$/, "$1");
const draftKey = (address) => `fluxgate-draft ${path(address)}`;
const number = new Intl.NumberFormat("en-US");

// As Python counts: an emoji is one character.
function overBy(text, most) {
  return text.length > most ? Math.max(0, [...text].length - most) : 0;
}

const Allowance = ({ allowance: { limit, remaining, seconds, stamp } }) => {
  const left = useCountdown(seconds ?? 0, stamp);
  if (!limit) return <span />;
  if (!remaining && left) return <span className="bad">{`Rate limit exceeded. Please wait ${left} seconds.`}</span>;
  return <span>{`${left ? remaining : limit} of ${limit} requests left this minute`}</span>;
};

// The text belongs to its address and outlives a reload; it goes when the server has taken it, and only then.
function useDraft(pathname) {
  const [text, setText] = useState("");
  const key = useRef("");
  useEffect(() => {
    key.current = draftKey(pathname);
    setText(sessionStorage.getItem(key.current) ?? "");
  }, [pathname]);
  const write = (next) => {
    sessionStorage.setItem(key.current, next);
    setText(next);
  };
  // What is typed from now on belongs where the conversation will be found.
  const take = (sent, conversation) => {
    sessionStorage.removeItem(key.current);
    key.current = draftKey(`/c/${conversation}`);
    setText((now) => (now.startsWith(sent) ? now.slice(sent.length) : now));
  };
  return [text, write, take];
}

export const Composer = ({
  place,
  conversation,
  placeholder,
  most,
  running,
  accepted,
  refused,
  allowance,
  note,
  children,
  onSend,
  onStop,
}) => {
  const ready = useReady();
  const { pathname } = useLocation();
  const [text, write, take] = useDraft(pathname);
  const [sending, setSending] = useState(false);
  const field = useRef(null);
  const sent = useRef("");
  const over = overBy(text, most);
  // Between two pages the server may still have the old conversation open.
  const away = place !== undefined && path(place) !== path(pathname);
  const off = running || sending || over > 0 || !text.trim() || away;

  useEffect(() => {
    if (sent.current) take(sent.current, conversation);
    sent.current = "";
    setSending(false);
  }, [accepted]);
  useEffect(() => setSending(false), [refused]);
  useEffect(() => {
    if (!sending) return undefined;
    const timer = setTimeout(() => setSending(false), SENDING_TIMEOUT_MS);
    return () => clearTimeout(timer);
  }, [sending]);
  useEffect(() => field.current?.focus({ preventScroll: true }), [conversation, ready]);

  const send = () => {
    if (off) return;
    setSending(true);
    sent.current = text;
    onSend(text);
  };
  const onKeyDown = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const label = running ? "Streaming..." : sending ? "Sending..." : "Send";
  return (
    <div className="composer-place">
      <div className="composer">
        <textarea
          ref={field}
          rows={2}
          value={text}
          placeholder={placeholder}
          aria-label="Message"
          data-testid="composer"
          disabled={!ready}
          onChange={(event) => write(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <div className="composer-foot">
          {children}
          <div className="press">
            <button
              type="button"
              className={running ? "button primary away" : "button primary"}
              data-testid="send"
              disabled={off}
              onClick={send}
            >
              {label}
            </button>
            {running && (
              <button type="button" className="button" data-testid="stop" onClick={() => onStop()}>
                <i className="stop-mark" />
                Stop
              </button>
            )}
          </div>
        </div>
      </div>
      <div className="composer-note">
        {over > 0 ? (
          <span className="bad" role="status">
            {`Message too long: ${number.format(over)} over ${number.format(most)} characters`}
          </span>
        ) : (
          <Allowance allowance={allowance} />
        )}
        {note && <span>{note}</span>}
      </div>
    </div>
  );
};
