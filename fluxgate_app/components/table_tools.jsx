// What can be done with the list as a whole: choose its columns, make it denser, take it along.
import { useAddress } from "./address.js";
import { Export } from "./export.jsx";
import { Popover } from "./popover.jsx";
import { useColumns, useDensity } from "./table_columns.js";

const Columns = ({ columns }) => {
  const { shown, names, move, toggle, reset, isUsual } = useColumns(columns);
  const hidden = columns.filter(({ name }) => !names.includes(name));
  const [isDense, setDense] = useDensity();
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

export const TableTools = ({ columns, asked, children }) => {
  const { query } = useAddress();
  return (
    <div className="table-tools">
      {children}
      <Popover className="button quiet unfolds" button="Columns" title="Columns and density">
        {() => <Columns columns={columns} />}
      </Popover>
      <Export query={query} disabled={asked.chips.some(({ trouble }) => trouble)} />
    </div>
  );
};
