// Spend over time in a stack, and percentiles over time in lines; each can be read as a table too.
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { Bar, BarChart, CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { FigureTable, Frame, Hover, Switch, count, duration, money, speed } from "./chart_parts.jsx";

const SUMS = {
  cost: { title: "Spend", say: money },
  requests: { title: "Requests", say: count },
  errors: { title: "Errors", say: count },
};
const TIMES = {
  latency: { title: "First token", say: duration },
  duration: { title: "Duration", say: duration },
  speed: { title: "Speed", say: speed },
};
// A line is told by its dashes as well as by its hue.
const LINES = [
  { name: "p50", hue: "0" },
  { name: "p95", hue: "1", dashes: "6 3" },
  { name: "p99", hue: "3", dashes: "2 3" },
];
const MARGIN = { top: 8, right: 8, bottom: 0, left: 0 };

const options = (measures) => Object.entries(measures).map(([value, { title }]) => ({ value, title }));

// What both charts have around their bars and lines; Recharts wants them as direct children.
const around = (say, lines) => [
  <CartesianGrid key="grid" vertical={false} className="grid" />,
  <XAxis key="x" dataKey="label" tickLine={false} minTickGap={28} interval="preserveStart" />,
  <YAxis key="y" width={64} tickLine={false} axisLine={false} tickFormatter={say} tickCount={4} />,
  <Tooltip
    key="hover"
    isAnimationActive={false}
    cursor={{ className: "cursor" }}
    content={(hovered) => <Hover {...hovered} lines={lines} />}
  />,
];

// Title, switches, the plot or the same figures as a table, and below it the legend.
const Chart = ({ title, testid, choice, points, columns, plot, children }) => {
  const [isTable, setTable] = useState(false);
  return (
    <Frame title={title} testid={testid} switches={<Switch {...choice} />} isTable={isTable} onTable={setTable}>
      {isTable ? (
        <FigureTable title={title} points={points} columns={columns} />
      ) : (
        <div className="plot">
          <ResponsiveContainer width="100%" height="100%">
            {plot}
          </ResponsiveContainer>
        </div>
      )}
      <ul className="legend">{children}</ul>
    </Frame>
  );
};

const Sums = ({ groups, points }) => {
  const navigate = useNavigate();
  const [measure, setMeasure] = useState("cost");
  // The layer whose name is under the pointer, or has the focus: it stands out, also where hues look alike.
  const [lit, setLit] = useState(null);
  const { title, say } = SUMS[measure];
  const total = (point) => point.layers.reduce((sum, layer) => sum + layer[measure], 0);
  const columns = [
    { name: "All", value: (point) => say(total(point)) },
    ...groups.map(({ name }, index) => ({ name, value: (point) => say(point.layers[index][measure]) })),
  ];
  const lines = (point) => [
    ...groups
      .map(({ name, hue }, index) => ({ name, hue, amount: point.layers[index][measure] }))
      .filter(({ amount }) => amount > 0)
      .map((line) => ({ ...line, value: say(line.amount) })),
    { name: "All", value: say(total(point)) },
  ];
  const whole = groups.reduce((sum, group) => sum + group[measure], 0);
  const plot = (
    <BarChart data={points} margin={MARGIN} barCategoryGap={points.length > 60 ? 0 : "15%"} title={title}>
      {around(say, lines)}
      {groups.map(({ name, hue }, index) => (
        <Bar
          key={name}
          name={name}
          dataKey={(point) => point.layers[index][measure]}
          stackId="all"
          className={`hue-${hue}`}
          fill={`var(--hue-${hue})`}
          fillOpacity={lit === null || lit === name ? 1 : 0.15}
          isAnimationActive={false}
          onMouseEnter={() => setLit(name)}
          onMouseLeave={() => setLit(null)}
          onClick={({ payload }) => navigate(payload.link)}
        />
      ))}
    </BarChart>
  );
  const choice = { label: "What to stack", options: options(SUMS), chosen: measure, onChoose: setMeasure };
  return (
    <Chart title={`${title} over time`} testid="dashboard-sums" {...{ choice, points, columns, plot }}>
      {groups.map((group) => (
        <li
          key={group.name}
          className={lit === group.name ? "lit" : undefined}
          onMouseEnter={() => setLit(group.name)}
          onMouseLeave={() => setLit(null)}
          onFocus={() => setLit(group.name)}
          onBlur={() => setLit(null)}
        >
          <i className={`swatch hue-${group.hue}`} />
          {group.link ? <Link to={group.link}>{group.name}</Link> : <span>{group.name}</span>}
          <b>{say(group[measure])}</b>
          <small>{whole > 0 ? `${Math.round((100 * group[measure]) / whole)} %` : ""}</small>
        </li>
      ))}
    </Chart>
  );
};

const Times = ({ points, whole }) => {
  const [measure, setMeasure] = useState("latency");
  const { title, say } = TIMES[measure];
  const of = (point, index) => point[measure]?.[index] ?? null;
  const said = (point, index) => (of(point, index) === null ? "–" : say(of(point, index)));
  const columns = LINES.map(({ name }, index) => ({ name, value: (point) => said(point, index) }));
  const lines = (point) => LINES.map((line, index) => ({ ...line, value: said(point, index) })).reverse();
  // A line needs two points.
  const isSparse = points.filter((point) => point[measure]).length < 3;
  const plot = (
    <LineChart data={points} margin={MARGIN} title={title}>
      {around(say, lines)}
      {LINES.map(({ name, hue, dashes }, index) => (
        <Line
          key={name}
          name={name}
          dataKey={(point) => of(point, index)}
          stroke={`var(--hue-${hue})`}
          strokeWidth={1.75}
          strokeDasharray={dashes}
          dot={isSparse}
          connectNulls
          isAnimationActive={false}
        />
      ))}
    </LineChart>
  );
  const choice = { label: "What to show", options: options(TIMES), chosen: measure, onChoose: setMeasure };
  return (
    <Chart title={`${title} over time`} testid="dashboard-times" {...{ choice, points, columns, plot }}>
      {LINES.map(({ name, hue, dashes }, index) => (
        <li key={name}>
          <svg width="24" height="8" aria-hidden="true">
            <path d="M0 4H24" stroke={`var(--hue-${hue})`} strokeWidth="2" strokeDasharray={dashes} />
          </svg>
          <span>{name}</span>
          <b>{said(whole, index)}</b>
        </li>
      ))}
    </Chart>
  );
};

export const Charts = ({ drawn }) =>
  drawn.points ? (
    <div className="charts">
      <Sums groups={drawn.groups} points={drawn.points} />
      <Times points={drawn.points} whole={drawn.whole} />
    </div>
  ) : null;
