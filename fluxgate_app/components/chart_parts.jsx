// What the charts share: numbers as people read them, the frame with its switches, and the table behind a chart.
import { Link } from "react-router";

const LETTERS = [
  [1e9, "B"],
  [1e6, "M"],
  [1e3, "k"],
];

export function count(number) {
  const [size, letter] = LETTERS.find(([size]) => number >= size) ?? [1, ""];
  return `${Number((number / size).toPrecision(3))}${letter}`;
}

export const money = (usd) => `$${usd >= 1000 ? count(usd) : Number(usd.toPrecision(3)).toLocaleString("en-US", { minimumFractionDigits: usd > 0 && usd < 10 ? 2 : 0, maximumFractionDigits: 20 })}`;

export function duration(ms) {
  return Math.round(ms) < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toPrecision(3))} s`;
}

export const speed = (tokens) => `${count(tokens)} tok/s`;

// One of several to choose from.
export const Switch = ({ label, options, chosen, onChoose }) => (
  <div className="switch" role="group" aria-label={label}>
    {options.map(({ value, title }) => (
      <button type="button" key={value} aria-pressed={value === chosen} onClick={() => onChoose(value)}>
        {title}
      </button>
    ))}
  </div>
);

export const Frame = ({ title, switches, isTable, onTable, children, testid }) => (
  <section className="chart" data-testid={testid}>
    <header>
      <h2>{title}</h2>
      {switches}
      <button type="button" className="button quiet" aria-pressed={isTable} onClick={() => onTable(!isTable)}>
        {isTable ? "As a chart" : "As a table"}
      </button>
    </header>
    {children}
  </section>
);

// `columns` are {name, hue?, value(point)}: the same figures that the chart draws.
export const FigureTable = ({ title, points, columns }) => (
  <div className="chart-table" tabIndex={0} role="region" aria-label={title}>
    <table>
      <thead>
        <tr>
          <th scope="col">Time</th>
          {columns.map(({ name }) => (
            <th key={name} scope="col" className="figure">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {points.map((point) => (
          <tr key={point.link}>
            <th scope="row">
              <Link to={point.link}>{point.title}</Link>
            </th>
            {columns.map(({ name, value }) => (
              <td key={name} className="figure">
                {value(point)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

// What is under the pointer, in words.
export const Hover = ({ active, payload, lines }) => {
  const point = active && payload?.[0]?.payload;
  if (!point) return null;
  return (
    <div className="hover">
      <strong>{point.title}</strong>
      <ul>
        {lines(point).map(({ name, hue, value }) => (
          <li key={name}>
            {hue && <i className={`swatch hue-${hue}`} />}
            <span>{name}</span>
            <b>{value}</b>
          </li>
        ))}
      </ul>
    </div>
  );
};
