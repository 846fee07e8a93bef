// The list of calls: rows that open, columns that sort and move, news that wait while somebody reads.
import { useEffect, useRef } from "react";
import { Link, useNavigationType } from "react-router";
import { useAddress, sameQuery } from "./address.js";
import { said } from "./moments.js";
import { cell } from "./request_cells.jsx";
import { useColumns, useDensity } from "./table_columns.js";
import { useReading } from "./reading.js";
import { useWalking } from "./walking.js";

const NEWEST_FIRST = "-createdAt";
const OPENED = "fluxgate-request";

const Head = ({ column, at, sort, onSort, onMove }) => {
  const { name, title, figure, sorts } = column;
  const isSorted = sorts && sort.replace("-", "") === sorts;
  const down = sort.startsWith("-");
  const direction = isSorted ? (down ? "descending" : "ascending") : undefined;
  const next = isSorted && down ? sorts : `-${sorts}`;
  const drop = (event) => {
    event.preventDefault();
    const moved = event.dataTransfer.getData("text/fluxgate-column");
    if (moved) onMove(moved, at);
  };
  return (
    <th
      scope="col"
      className={`c-${name}${figure ? " figure" : ""}`}
      aria-sort={direction}
      draggable
      onDragStart={(event) => event.dataTransfer.setData("text/fluxgate-column", name)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
    >
      {sorts ? (
        <button type="button" onClick={() => onSort(next)}>
          {title}
          <span aria-hidden="true">{isSorted ? (down ? " ↓" : " ↑") : ""}</span>
        </button>
      ) : (
        title
      )}
    </th>
  );
};

const Row = ({ line, shown }) => (
  <tr data-testid="request-row">
    {shown.map(({ name, figure }, at) => (
      <td key={name} className={`c-${name}${figure ? " figure" : ""}`}>
        {at ? (
          cell(name, line, false)
        ) : (
          <Link
            to={`/requests/${line.tracking_id}`}
            className="opens"
            onClick={() => sessionStorage.setItem(OPENED, line.tracking_id)}
          >
            {cell(name, line, true)}
          </Link>
        )}
      </td>
    ))}
  </tr>
);

const Foot = ({ hasMore, searchedBackTo, goneBefore, isNothing, onMore }) => {
  if (hasMore)
    return (
      <div className="more" role="status">
        {searchedBackTo && (
          <span>{`${isNothing ? "Nothing found yet. " : ""}Searched back to ${said(searchedBackTo)}`}</span>
        )}
        <button type="button" className="button" onClick={onMore}>
          {searchedBackTo ? "Go on" : "Load more"}
        </button>
      </div>
    );
  return (
    goneBefore && (
      <p className="more" role="note">
        {`Requests from before ${said(goneBefore)} were deleted by their age; the dashboard still counts them.`}
      </p>
    )
  );
};

// Whoever comes back from a request goes on where they were.
function useReturn(table) {
  const how = useNavigationType();
  useEffect(() => {
    const opened = sessionStorage.getItem(OPENED);
    sessionStorage.removeItem(OPENED);
    if (how === "POP" && opened) table.current?.querySelector(`a[href="/requests/${opened}"]`)?.focus();
  }, []);
}

export const RequestsTable = ({ columns, lines, fresh, opened, reading, asked, hasMore, searchedBackTo, goneBefore, onMore, onRefresh }) => {
  const table = useRef(null);
  const { query, change } = useAddress();
  const { shown, names, gone, move, isUsual } = useColumns(columns);
  const [isDense] = useDensity();
  const isLive = asked.sort === NEWEST_FIRST;
  const read = useReading(table, { lines, fresh, opened, reading }, isLive);
  useWalking(table);
  useReturn(table);
  const sort = (next) => change(["sort"], next === NEWEST_FIRST ? [] : [["sort", next]]);
  const rows = [...read.fresh, ...read.lines];
  const isLate = !sameQuery(query, asked.query);
  return (
    <>
      {gone.length > 0 && (
        <p className="hint" role="note">
          {`There is no column ${gone.map((name) => `“${name}”`).join(", ")} any more: it is left out.`}
          <button type="button" className="button quiet" onClick={() => change(["columns"], [["columns", names.join(",")]])}>
            Forget it
          </button>
        </p>
      )}
      {read.waiting && (
        <button type="button" className="news" onClick={() => (isLive ? read.catchUp() : onRefresh())}>
          {`${read.waiting} new`}
        </button>
      )}
      <table
        ref={table}
        className={["rows", isUsual && "usual", isDense && "dense", isLate && "late"].filter(Boolean).join(" ")}
        aria-busy={isLate}
        data-testid="requests-table"
      >
        <thead>
          <tr>
            {shown.map((column, at) => (
              <Head key={column.name} {...{ column, at, sort: asked.sort, onSort: sort, onMove: move }} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((line) => (
            <Row key={line.tracking_id} line={line} shown={shown} />
          ))}
        </tbody>
      </table>
      {!read.isBehind && <Foot {...{ hasMore, searchedBackTo, goneBefore, onMore, isNothing: !rows.length }} />}
    </>
  );
};
