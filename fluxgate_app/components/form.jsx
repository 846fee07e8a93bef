// A form that says while it is sent, why it was refused and that it was taken; what was typed is kept until then.
import { useEffect, useRef } from "react";
import { useBusy } from "./busy.js";
import { useReady } from "./ready.js";

const Ticks = ({ name, label, ticks }) => (
  <fieldset className="field ticks">
    <legend>{label}</legend>
    {ticks.map(({ value, label: title, hint, ticked }) => (
      <label key={value}>
        <input type="checkbox" name={name} value={value} defaultChecked={ticked} />
        <span>{title}</span>
        <small>{hint}</small>
      </label>
    ))}
  </fieldset>
);

const Field = ({ label, hint, options, ticks, half, ...input }) => {
  if (ticks) return <Ticks name={input.name} label={label} ticks={ticks} />;
  return (
    <label className={half ? "field half" : "field"}>
      <span>{label}</span>
      {options ? (
        <select className="select" {...input}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      ) : input.rows ? (
        <textarea className="input" {...input} />
      ) : (
        <input className="input" {...input} />
      )}
      {hint && <small>{hint}</small>}
    </label>
  );
};

function valuesOf(form, fields) {
  const data = new FormData(form);
  return Object.fromEntries(
    fields.map(({ name, ticks }) => [name, ticks ? data.getAll(name) : (data.get(name) ?? "")]),
  );
}

export const Form = ({ fields, submit, busy: busyWords, outcome, onSend }) => {
  const ready = useReady();
  const form = useRef(null);
  const [busy, setBusy] = useBusy(outcome.number);
  const known = useRef(outcome.number);
  useEffect(() => {
    if (outcome.number > known.current && !outcome.trouble) {
      form.current.reset();
      form.current.closest("details")?.removeAttribute("open");
    }
    known.current = outcome.number;
  }, [outcome.number]);
  const onSubmit = (event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    onSend(valuesOf(event.currentTarget, fields));
  };
  return (
    <form ref={form} className="form" onSubmit={onSubmit}>
      {fields.map((field) => (
        <Field key={`${field.name} ${field.defaultValue ?? ""}`} {...field} />
      ))}
      {outcome.trouble && !busy && (
        <p className="trouble" role="alert">
          {outcome.trouble}
        </p>
      )}
      <div className="form-foot">
        <button className="button primary" disabled={busy || !ready}>
          {busy ? busyWords : submit}
        </button>
        <span role="status">{busy ? "" : outcome.said}</span>
      </div>
    </form>
  );
};
