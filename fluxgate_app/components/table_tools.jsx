// What can be done with the list as a whole: choose its columns, make it denser, take it along.
import { useAddress } from "./address.js";
import { Popover } from "./popover.jsx";
import { usePreference } from "./preference.js";
import { useColumns } from "./table_columns.js";

const FORMATS = [
  ["csv", "CSV"],
  ["jsonl", "JSON lines"],
  ["parquet", "Parquet"],
];

const Columns = ({ columns }) => {
  const { shown, names, move, toggle, reset, isUsual } = useColumns(columns);
  const hidden = columns.filter(({ name }) => !names.includes(name));
  const [isDense, setDense] = usePreference("request-density", false);
  return (
    <div className="editor">
      <div className="options">
        {[...shown, ...hidden].map(({ name, title }) => {
          const at = names.indexOf(name);
          const last = at === 0 && names.length === 1;
          return (
            <div className="option column-option" key={name}>
              <label>
                <input type="checkbox" checked={at >= 0} disabled={last} onChange={() => toggle(name)} />
                <span>{title}</span>
              </label>
              {at > 0 && (
                <button type="button" aria-label={`Move ${title} up`} onClick={() => move(name, at - 1)}>
                  ↑
                </button>
              )}
              {at >= 0 && at < names.length - 1 && (
                <button type="button" aria-label={`Move ${title} down`} onClick={() => move(name, at + 1)}>
                  ↓
                </button>
              )}
            </div>
          );
        })}
      </div>
      <div className="editor-foot">
        <label className="option">
          <input type="checkbox" checked={isDense} onChange={() => setDense(!isDense)} />
          <span>Dense rows</span>
        </label>
        <button type="button" className="button" disabled={isUsual} onClick={reset}>
          Reset
        </button>
      </div>
    </div>
  );
};

export const TableTools = ({ columns, asked }) => {
  const { query } = useAddress();
  const rest = query ? `&${query}` : "";
  const file = `fluxgate-requests-${new Date().toISOString().slice(0, 10)}`;
  const wrong = asked.chips.some(({ trouble }) => trouble);
  return (
    <div className="table-tools">
      <Popover className="button quiet unfolds" button="Columns" title="Columns and density">
        {() => <Columns columns={columns} />}
      </Popover>
      <Popover className="button quiet unfolds" button="Export" title="All that the filters let through" disabled={wrong}>
        {(close) => (
          <div className="options">
            {FORMATS.map(([format, title]) => (
              <a
                className="option"
                key={format}
                href={`/api/events/export?format=${format}${rest}`}
                download={`${file}.${format}`}
                onClick={close}
              >
                <span>{title}</span>
                <small>all filtered rows</small>
              </a>
            ))}
            <a className="option" href={`/api/events${query ? `?${query}` : ""}`} target="_blank" rel="noreferrer">
              <span>As JSON</span>
              <small>this page, from the API</small>
            </a>
          </div>
        )}
      </Popover>
    </div>
  );
};
