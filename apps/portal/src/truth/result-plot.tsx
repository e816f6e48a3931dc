/** Two columns of an answer against each other, on a canvas: ten thousand points are drawn at once. */
import type { QueryResult } from '@imsim-od/api';
import { Group, SegmentedControl, Select, Stack, Text, useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { type Axis, axisOf, isSkyMap } from './plot-scale.js';
import classes from './result-table.module.css';

type Marks = 'points' | 'line' | 'bars';
const MARGIN = { left: 70, right: 12, top: 10, bottom: 44 };

/** The plot with its choices. */
export function ResultPlot({ result: { columns, rows } }: { readonly result: QueryResult }) {
  const numeric = columns.flatMap(({ name }, index) =>
    rows.some((row) => typeof row[index] === 'number') ? [{ value: String(index), label: name }] : [],
  );
  const [x, setX] = useState<string | null>(numeric[0]?.value ?? null);
  const [y, setY] = useState<string | null>(numeric[1]?.value ?? numeric[0]?.value ?? null);
  const [marks, setMarks] = useState<Marks>('points');
  if (numeric.length === 0 || x === null || y === null)
    return <Text size="sm">The answer has no column of numbers.</Text>;
  const nameOf = (index: string): string => columns[Number(index)]?.name ?? '';
  const points = rows.flatMap((row) => {
    const [px, py] = [row[Number(x)], row[Number(y)]];
    return typeof px === 'number' && typeof py === 'number' ? [[px, py] as const] : [];
  });
  return (
    <Stack gap="xs">
      <Group align="flex-end">
        <Select label="Across" data={numeric} value={x} onChange={setX} allowDeselect={false} w={200} />
        <Select label="Up" data={numeric} value={y} onChange={setY} allowDeselect={false} w={200} />
        <SegmentedControl
          aria-label="Marks"
          data={[
            { value: 'points', label: 'Points' },
            { value: 'line', label: 'Line' },
            { value: 'bars', label: 'Bars' },
          ]}
          value={marks}
          onChange={(value) => setMarks(value as Marks)}
        />
      </Group>
      <Plot points={points} marks={marks} xName={nameOf(x)} yName={nameOf(y)} />
    </Stack>
  );
}

function Plot({
  points,
  marks,
  xName,
  yName,
}: {
  readonly points: readonly (readonly [number, number])[];
  readonly marks: Marks;
  readonly xName: string;
  readonly yName: string;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme('light');
  const xAxis = axisOf(points.map(([px]) => px));
  const yAxis = axisOf([...points.map(([, py]) => py), ...(marks === 'bars' ? [0] : [])]);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const redraw = (): void => draw(element, points, marks, xAxis, yAxis, xName, yName);
    redraw();
    const observer = new ResizeObserver(redraw);
    observer.observe(element);
    return () => observer.disconnect();
  });
  return (
    <canvas
      ref={canvas}
      className={classes['canvas']}
      data-scheme={scheme}
      role="img"
      aria-label={`${yName} against ${xName}, ${points.length} points; ${xName} from ${xAxis.low.toPrecision(4)} to ${xAxis.high.toPrecision(4)}, ${yName} from ${yAxis.low.toPrecision(4)} to ${yAxis.high.toPrecision(4)}. The table has the values.`}
    />
  );
}

function draw(
  canvas: HTMLCanvasElement,
  points: readonly (readonly [number, number])[],
  marks: Marks,
  xAxis: Axis,
  yAxis: Axis,
  xName: string,
  yName: string,
): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const ratio = window.devicePixelRatio;
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const style = getComputedStyle(canvas);
  const colour = style.getPropertyValue('color');
  const accent = style.getPropertyValue('--mantine-color-anchor') || colour;
  const right = width - MARGIN.right;
  const bottom = height - MARGIN.bottom;
  const isSky = isSkyMap(xName, yName);
  const atX = (value: number): number => {
    const share = (value - xAxis.low) / (xAxis.high - xAxis.low);
    return MARGIN.left + (isSky ? 1 - share : share) * (right - MARGIN.left);
  };
  const atY = (value: number): number =>
    bottom - ((value - yAxis.low) / (yAxis.high - yAxis.low)) * (bottom - MARGIN.top);

  context.font = `12px ${style.fontFamily}`;
  context.fillStyle = colour;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.strokeRect(MARGIN.left + 0.5, MARGIN.top + 0.5, right - MARGIN.left - 1, bottom - MARGIN.top - 1);
  context.textAlign = 'center';
  for (const tick of xAxis.ticks) {
    context.fillText(String(tick), atX(tick), bottom + 16);
    context.fillRect(atX(tick), bottom - 4, 1, 4);
  }
  context.fillText(isSky ? `← ${xName}` : xName, (MARGIN.left + right) / 2, height - 8);
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const tick of yAxis.ticks) {
    context.fillText(String(tick), MARGIN.left - 6, atY(tick));
    context.fillRect(MARGIN.left, atY(tick), 4, 1);
  }
  context.save();
  context.translate(12, (MARGIN.top + bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = 'center';
  context.fillText(yName, 0, 0);
  context.restore();

  context.fillStyle = accent;
  context.strokeStyle = accent;
  if (marks === 'line') {
    context.lineWidth = 1.5;
    context.beginPath();
    [...points].sort(([a], [b]) => a - b).forEach(([px, py]) => context.lineTo(atX(px), atY(py)));
    context.stroke();
  } else if (marks === 'bars') {
    const bar = Math.max(1, Math.min(40, ((right - MARGIN.left) / Math.max(1, points.length)) * 0.8));
    for (const [px, py] of points)
      context.fillRect(atX(px) - bar / 2, Math.min(atY(py), atY(0)), bar, Math.abs(atY(0) - atY(py)));
  } else {
    const radius = points.length > 2000 ? 1.2 : 2.2;
    for (const [px, py] of points) {
      context.beginPath();
      context.arc(atX(px), atY(py), radius, 0, 2 * Math.PI);
      context.fill();
    }
  }
}
