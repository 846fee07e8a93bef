// How the answers of this conversation are to be written. What is changed counts from the next question on.
import { SlidersHorizontal } from "lucide-react";
import { useState } from "react";
import { useTexts } from "../texts/texts.js";
import { Popover } from "./popover.jsx";

const Choices = ({ manner, personas, trouble, onChange }) => {
  const say = useTexts();
  const [now, setNow] = useState(manner);
  const change = (name) => (event) => {
    const { type, checked, value } = event.target;
    const next = { ...now, [name]: type === "checkbox" ? checked : value };
    setNow(next);
    if (type === "checkbox" || event.target.tagName === "SELECT") onChange(next);
  };
  const isNews = trouble || JSON.stringify(now) !== JSON.stringify(manner);
  const save = () => isNews && onChange(now);
  const known = now.persona && !personas.includes(now.persona) ? [...personas, now.persona] : personas;
  const field = (name, attributes) => (
    <input
      className="input"
      value={now[name]}
      onChange={change(name)}
      onBlur={save}
      onKeyDown={(event) => event.key === "Enter" && save()}
      {...attributes}
    />
  );
  return (
    <div className="manner">
      <label>
        {say.persona}
        <select className="select" value={now.persona} onChange={change("persona")} data-testid="persona-select">
          <option value="">{say.noPersona}</option>
          {known.map((name) => (
            <option key={name} value={name}>
              {personas.includes(name) ? name : say.deletedPersona(name)}
            </option>
          ))}
        </select>
      </label>
      <div className="pair">
        <label>
          {say.temperature}
          {field("temperature", { inputMode: "decimal", placeholder: say.temperatureRange, maxLength: 5 })}
        </label>
        <label>
          {say.longestAnswer}
          {field("maxTokens", { inputMode: "numeric", placeholder: say.tokens, maxLength: 9 })}
        </label>
      </div>
      <label className="tick">
        <input type="checkbox" checked={now.streamed} onChange={change("streamed")} />
        {say.showWhileWritten}
      </label>
      {trouble && (
        <p className="bad" role="alert">
          {trouble}
        </p>
      )}
      <p className="manner-note">{say.mannerNote}</p>
    </div>
  );
};

const isUsual = ({ temperature, maxTokens, streamed }) => !temperature && !maxTokens && streamed;

export const MannerPicker = ({ manner, personas, trouble, onChange }) => {
  const say = useTexts();
  return (
    <Popover
      button={
        <>
          <SlidersHorizontal size={15} aria-hidden="true" />
          {manner.persona && <span>{manner.persona}</span>}
          {!isUsual(manner) && <i className="dot" title={say.changedManner} />}
        </>
      }
      className="button quiet"
      title={say.manner}
      aria-label={say.manner}
      data-testid="manner"
    >
      {() => <Choices manner={manner} personas={personas} trouble={trouble} onChange={onChange} />}
    </Popover>
  );
};
