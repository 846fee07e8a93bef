// Which values there are and how often, beside the list; a press filters by one, or no longer.
import { useEffect } from "react";
import { useAddress } from "./address.js";
import { usePreference } from "./preference.js";

const Value = ({ column, option, pairs, change }) => {
  const { value, words, count } = option;
  const [name, written] = value ? [column.name, value] : [`${column.name}.empty`, "true"];
  const chosen = pairs.filter(([each]) => each === name).map(([, each]) => each);
  const isChosen = chosen.includes(written);
  const others = isChosen ? chosen.filter((each) => each !== written) : value ? [...chosen, written] : [written];
  return (
    <button
      type="button"
      className="option"
      aria-pressed={isChosen}
      title={value}
      onClick={() =>
        change(
          [name],
          others.map((each) => [name, each]),
        )
      }
    >
      <span className={value ? "" : "dim"}>{words}</span>
      <small>{count}</small>
    </button>
  );
};

const Section = ({ column, isOpen, counted, onToggle, address }) => (
  <section>
    <button type="button" className="facet-title" aria-expanded={isOpen} onClick={onToggle}>
      <span className="title">{column.title}</span>
    </button>
    {isOpen && !counted && (
      <div className="skeleton" aria-hidden="true">
        <i />
        <i />
      </div>
    )}
    {isOpen && counted && !counted.length && <p className="dim">none</p>}
    {isOpen && counted?.map((option) => <Value key={option.value} {...{ column, option }} {...address} />)}
  </section>
);

export const Facets = ({ columns, names, counts, opened, onCount }) => {
  const address = useAddress();
  const [open, setOpen] = usePreference("request-facets", ["status", "model", "feature"]);
  const [isShown, setShown] = usePreference("request-facets-shown", true);
  useEffect(() => {
    if (isShown && opened) open.filter((name) => names.includes(name)).forEach((name) => onCount(name));
  }, [opened, isShown]);
  const toggle = (name) => {
    if (!open.includes(name)) onCount(name);
    setOpen(open.includes(name) ? open.filter((each) => each !== name) : [...open, name]);
  };
  return (
    <aside className={isShown ? "facets" : "facets closed"} aria-label="Counts">
      <button
        type="button"
        className="facets-toggle"
        aria-expanded={isShown}
        title={isShown ? "Hide the counts" : "Show the counts"}
        onClick={() => setShown(!isShown)}
      >
        {isShown ? "Counts «" : "»"}
      </button>
      {isShown &&
        names.map((name) => (
          <Section
            key={name}
            column={columns.find((column) => column.name === name)}
            isOpen={open.includes(name)}
            counted={counts[name]}
            onToggle={() => toggle(name)}
            address={address}
          />
        ))}
    </aside>
  );
};
