// What the list is narrowed by. The address holds it all; the server says it in words.
import { useAddress } from "./address.js";
import { Editor } from "./filter_editor.jsx";
import { Popover } from "./popover.jsx";
import { SearchBox } from "./search_box.jsx";
import { TimePicker } from "./time_picker.jsx";

const Chip = ({ chip, columns, counts, onCount, onApply, onRemove }) => (
  <span className={chip.trouble ? "chip wrong" : "chip"} title={chip.trouble || undefined}>
    {chip.column ? (
      <Popover className="chip-words" button={chip.words} title={`Change “${chip.words}”`}>
        {(close) => (
          <Editor
            columns={columns}
            chip={chip}
            counts={counts}
            onCount={onCount}
            onApply={(name, values) => (close(), onApply(name, values))}
            onRemove={onRemove}
          />
        )}
      </Popover>
    ) : (
      <span className="chip-words">{chip.words}</span>
    )}
    <button type="button" className="chip-remove" aria-label={`Remove “${chip.words}”`} onClick={onRemove}>
      ×
    </button>
  </span>
);

// The one filter that everybody wants has a place of its own.
const Status = ({ words, value, onChoose }) => (
  <select
    className="select"
    aria-label="Status"
    value={value}
    onChange={({ target }) => onChoose("status", target.value ? [target.value] : [])}
  >
    <option value="">Any status</option>
    {words.map((word) => (
      <option key={word} value={word}>
        {word}
      </option>
    ))}
  </select>
);

const isPlainStatus = ({ name, values }) => name === "status" && values.length === 1;

export const FilterBar = ({ columns, asked, text, counts, usualRange, children, onCount }) => {
  const { pairs, change } = useAddress();
  const apply = (name, values, instead = name) =>
    change(
      [name, instead],
      values.map((value) => [name, value]),
    );
  const search = (next) => change(["q"], next ? [["q", next]] : [], { replace: true });
  const status = asked.chips.find(isPlainStatus);
  const parts = { columns, counts, onCount };
  const all = pairs.filter(([name]) => name !== "sort").map(([name]) => name);
  return (
    <div className="filters" role="search">
      <SearchBox value={text} placeholder="Search ids, models, users, errors" onSearch={search} />
      <TimePicker asked={asked} usualRange={usualRange} onChange={change} />
      <Status
        words={columns.find(({ name }) => name === "status").words}
        value={status?.values[0] ?? ""}
        onChoose={apply}
      />
      {asked.chips
        .filter((chip) => chip !== status)
        .map((chip) => (
          <Chip
            key={`${chip.name} ${chip.words}`}
            chip={chip}
            onApply={(name, values) => apply(name, values, chip.name)}
            onRemove={() => change([chip.name], [])}
            {...parts}
          />
        ))}
      <Popover className="button quiet" button="+ Filter" title="Add a filter">
        {(close) => <Editor {...parts} onApply={(name, values) => (close(), apply(name, values))} />}
      </Popover>
      {children}
      {all.length > 0 && (
        <button type="button" className="button quiet" onClick={() => change(all, [])}>
          Clear
        </button>
      )}
    </div>
  );
};
