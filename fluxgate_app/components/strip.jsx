// What the list adds up to, over time; a range of it can be brushed.
import { useRef, useState } from "react";
import { useAddress } from "./address.js";
import { said } from "./moments.js";
import { usePreference } from "./preference.js";

const KINDS = [
  ["requests", "Requests"],
  ["cost", "Cost"],
  ["time", "p95 time"],
];

const counted = (number) => `${number.toLocaleString()} ${number === 1 ? "request" : "requests"}`;

const OfBar = ({ bar, until }) => (
  <>
    <strong>{`${said(bar.start)} – ${said(until)}`}</strong>
    {` · ${counted(bar.requests)}${bar.errors ? ` · ${bar.errors.toLocaleString()} failed` : ""}`}
    {` · ${bar.cost_words} · p95 ${bar.time_words}`}
  </>
);

const OfAll = ({ strip, isUsual }) => (
  <>
    <strong>{strip.requests}</strong>
    {strip.requests === "1" ? " request · " : " requests · "}
    <strong>{strip.cost}</strong>
    {strip.time && " · p95 "}
    <strong>{strip.time}</strong>
    {isUsual && <span className="dim"> in the last 7 days</span>}
  </>
);

const Words = ({ strip, range, isUsual }) => {
  if (!range) return <OfAll strip={strip} isUsual={isUsual} />;
  const [first, last] = range;
  const until = strip.bars[last + 1]?.start ?? strip.until;
  if (first === last) return <OfBar bar={strip.bars[first]} until={until} />;
  return <strong>{`${said(strip.bars[first].start)} – ${said(until)}`}</strong>;
};

const Bars = ({ bars, kind }) => {
  const most = Math.max(...bars.map((bar) => bar[kind]), Number.MIN_VALUE);
  const height = (number) => (number ? Math.max(1, (40 * number) / most) : 0);
  return (
    <svg viewBox={`0 0 ${bars.length} 40`} preserveAspectRatio="none" aria-hidden="true">
      {bars.map((bar, at) => (
        <g key={bar.start}>
          <rect x={at + 0.1} width={0.8} y={40 - height(bar[kind])} height={height(bar[kind])} />
          {kind === "requests" && bar.errors > 0 && (
            <rect className="bad" x={at + 0.1} width={0.8} y={40 - height(bar.errors)} height={height(bar.errors)} />
          )}
        </g>
      ))}
    </svg>
  );
};

// Which bars lie between the press and the pointer.
function useBrush(count, onBrush) {
  const place = useRef(null);
  const [pressed, setPressed] = useState(null);
  const [pointed, setOver] = useState(null);
  // After a range was chosen there are other bars, maybe fewer, below the pointer.
  const over = pointed === null || !count ? null : Math.min(pointed, count - 1);
  const at = ({ clientX }) => {
    const { left, width } = place.current.getBoundingClientRect();
    return Math.min(count - 1, Math.max(0, Math.floor((count * (clientX - left)) / width)));
  };
  const range = pressed === null || over === null ? null : [Math.min(pressed, over), Math.max(pressed, over)];
  const handlers = {
    onPointerDown: (event) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      setPressed(at(event));
      setOver(at(event));
    },
    onPointerMove: (event) => setOver(at(event)),
    onPointerLeave: () => pressed === null && setOver(null),
    onPointerUp: () => {
      if (range) onBrush(...range);
      setPressed(null);
    },
    onPointerCancel: () => setPressed(null),
  };
  return { place, over, range, handlers };
}

export const Strip = ({ strip, asked, loading }) => {
  const { change } = useAddress();
  const [kind, setKind] = usePreference("request-strip", "requests");
  const { bars } = strip;
  const end = (at) => bars[at + 1]?.start ?? strip.until;
  const brushed = (first, last) =>
    change(
      ["range", "from", "to"],
      [
        ["from", bars[first].start > strip.since ? bars[first].start : strip.since],
        ["to", end(last)],
      ].map(([name, moment]) => [name, new Date(moment).toISOString()]),
    );
  const { place, over, range, handlers } = useBrush(bars.length, brushed);
  if (asked.chips.some(({ trouble }) => trouble)) return <div className="strip" />;
  if (strip.trouble) return <p className="strip dim">{strip.trouble}</p>;
  if (loading)
    return (
      <div className="strip skeleton" aria-hidden="true">
        <i />
      </div>
    );
  const shown = range ?? (over === null ? null : [over, over]);
  const share = (number) => `${(100 * number) / bars.length}%`;
  return (
    <section className="strip" aria-label="Over time">
      <div className="strip-head">
        <p>
          <Words strip={strip} range={shown} isUsual={!asked.span && !asked.since && !asked.until} />
        </p>
      </div>
      <div className="bars" ref={place} {...handlers}>
        <Bars bars={bars} kind={kind} />
        {shown && <i className="brush" style={{ left: share(shown[0]), width: share(shown[1] - shown[0] + 1) }} />}
      </div>
      <div className="bars-foot">
        <span aria-hidden="true">{said(strip.since)}</span>
        <div className="switch" role="group" aria-label="Shown over time">
          {KINDS.map(([name, title]) => (
            <button type="button" key={name} aria-pressed={kind === name} onClick={() => setKind(name)}>
              {title}
            </button>
          ))}
        </div>
        <span aria-hidden="true">{said(strip.until)}</span>
      </div>
    </section>
  );
};
