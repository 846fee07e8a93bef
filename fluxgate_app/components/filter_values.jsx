// What a column is compared with: several values to tick or to type, two bounds, one, or none.
import { useState } from "react";
import { fromField, toField } from "./moments.js";

const UNITS = { duration: "ms", money: "USD" };

// Those that are chosen, then what was counted, the most frequent first, then the column's other words.
function options(column, values, counted) {
  const found = new Map(counted.filter(({ value }) => value).map((option) => [option.value, option]));
  const all = new Set([...values, ...found.keys(), ...column.words]);
  return [...all].map((value) => found.get(value) ?? { value, words: value });
}

export const Several = ({ column, values, counted, onChange }) => {
  const [text, setText] = useState("");
  const all = options(column, values, counted);
  const fitting = all.filter(({ words }) => words.toLowerCase().includes(text.toLowerCase()));
  const free = !column.words.length && text && !all.some(({ value }) => value === text);
  const toggle = (value) => {
    onChange(values.includes(value) ? values.filter((each) => each !== value) : [...values, value]);
    setText("");
  };
  const onKeyDown = (event) => {
    if (event.key !== "Enter" || !text) return;
    event.preventDefault();
    event.stopPropagation();
    if (free) toggle(text);
    else if (fitting.length) toggle(fitting[0].value);
  };
  return (
    <>
      <input
        className="input"
        value={text}
        placeholder={column.words.length ? "Find a value" : "Find or type a value"}
        aria-label="Value"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="options" role="group" aria-label="Values">
        {free && (
          <button type="button" className="option" onClick={() => toggle(text)}>
            <span>{`Use “${text}”`}</span>
          </button>
        )}
        {fitting.map(({ value, words, count }) => (
          <label className="option" key={value} title={value}>
            <input type="checkbox" checked={values.includes(value)} onChange={() => toggle(value)} />
            <span>{words}</span>
            {count && <small>{count}</small>}
          </label>
        ))}
      </div>
    </>
  );
};

const One = ({ column, value, label, onChange }) =>
  column.kind === "time" ? (
    <input
      className="input"
      type="datetime-local"
      aria-label={label}
      value={toField(value)}
      onChange={(event) => onChange(fromField(event.target.value))}
    />
  ) : (
    <input
      className="input"
      inputMode={column.kind === "text" ? "text" : "decimal"}
      placeholder={UNITS[column.kind] ?? "Value"}
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );

export const Values = ({ column, operator, values, counted, onChange }) => {
  if (operator.flag || column.kind === "flag") {
    const [yes, no] = operator.flag ? ["empty", "not empty"] : ["yes", "no"];
    return (
      <select
        className="select"
        aria-label="Value"
        value={values[0] ?? "true"}
        onChange={(event) => onChange([event.target.value])}
      >
        <option value="true">{yes}</option>
        <option value="false">{no}</option>
      </select>
    );
  }
  if (operator.pair) {
    const [least = "", most = ""] = (values[0] ?? "").split(",");
    return (
      <div className="pair">
        <One column={column} label="From" value={least} onChange={(next) => onChange([`${next},${most}`])} />
        <One column={column} label="To" value={most} onChange={(next) => onChange([`${least},${next}`])} />
      </div>
    );
  }
  if (operator.several && column.kind === "text")
    return (
      <Several
        column={column}
        values={values}
        counted={operator.suffix === "contains" ? [] : counted}
        onChange={onChange}
      />
    );
  return <One column={column} label="Value" value={values[0] ?? ""} onChange={(next) => onChange([next])} />;
};
