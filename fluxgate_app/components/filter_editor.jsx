// One filter being made or changed: its column, how to compare, with what.
import { useEffect, useState } from "react";
import { Values } from "./filter_values.jsx";

const ColumnList = ({ columns, onChoose }) => {
  const [text, setText] = useState("");
  const fitting = columns.filter(({ title, name }) => `${title} ${name}`.toLowerCase().includes(text.toLowerCase()));
  const onKeyDown = (event) => event.key === "Enter" && fitting.length && onChoose(fitting[0]);
  return (
    <div className="editor">
      <input
        className="input"
        value={text}
        placeholder="Filter by …"
        aria-label="Find a column"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="options">
        {fitting.map((column) => (
          <button type="button" className="option" key={column.name} onClick={() => onChoose(column)}>
            <span className="title">{column.title}</span>
          </button>
        ))}
        {!fitting.length && <p className="dim">No column is called that.</p>}
      </div>
    </div>
  );
};

const usualOperator = (column) =>
  ["count", "duration", "money", "time"].includes(column.kind)
    ? column.operators.find(({ suffix }) => suffix === "gte")
    : column.operators[0];

export const Editor = ({ columns, chip, counts, onCount, onApply, onRemove }) => {
  const [column, setColumn] = useState(columns.find(({ name }) => name === chip?.column));
  const [suffix, setSuffix] = useState(chip?.operator);
  const [values, setValues] = useState(chip?.values ?? []);
  const countable = column?.kind === "text" && !["trackingId", "errorMessage"].includes(column.name);
  useEffect(() => {
    if (countable) onCount(column.name);
  }, [column]);
  if (!column) return <ColumnList columns={columns} onChoose={setColumn} />;

  const operator = column.operators.find((each) => each.suffix === suffix) ?? usualOperator(column);
  const yesOrNo = operator.flag || column.kind === "flag";
  const given = yesOrNo && !values.length ? ["true"] : values.filter((value) => value && value !== ",");
  const choose = (next) => {
    const { flag, pair } = column.operators.find((each) => each.suffix === next);
    if (flag !== operator.flag || pair !== operator.pair) setValues([]);
    setSuffix(next);
  };
  const apply = (event) => {
    event.preventDefault();
    if (given.length) onApply(operator.suffix ? `${column.name}.${operator.suffix}` : column.name, given);
  };
  return (
    <form className="editor" onSubmit={apply}>
      <div className="editor-head">
        <strong className="title">{column.title}</strong>
        <select
          className="select"
          aria-label="Comparison"
          value={operator.suffix}
          onChange={(event) => choose(event.target.value)}
        >
          {column.operators.map((each) => (
            <option key={each.suffix} value={each.suffix}>
              {each.words}
            </option>
          ))}
        </select>
      </div>
      <Values
        key={operator.suffix}
        column={column}
        operator={operator}
        values={values}
        counted={counts[column.name] ?? []}
        onChange={setValues}
      />
      <div className="editor-foot">
        {onRemove && (
          <button type="button" className="button" onClick={onRemove}>
            Remove
          </button>
        )}
        <button type="submit" className="button primary" disabled={!given.length}>
          Apply
        </button>
      </div>
    </form>
  );
};
