export interface Series { label: string; tone: 'pine' | 'sky' | 'amber'; values: readonly number[] }
export interface Line { label: string; tone: Series['tone']; past: string; today: string }

/** A round top above the highest value, and the marks below it: whole numbers, as there is no half message. */
export function scaleOf(highest: number): { top: number; marks: number[] } {
  const size = 10 ** Math.floor(Math.log10(Math.max(1, highest)))
  const top = (size === 1 ? [1, 2, 4, 6, 8, 10] : [1, 2, 3, 4, 5, 6, 8, 10]).map((step) => step * size).find((step) => step >= highest) ?? size * 10
  return { top, marks: top < 2 ? [0, top] : [0, top / 2, top] }
}

/** Each series as a line up to yesterday, and the way from there to today, which has not ended. */
export function linesOf(series: readonly Series[], x: (index: number) => number, y: (value: number) => number): Line[] {
  const path = (points: [number, number][]): string => points.map(([across, down], index) => `${index === 0 ? 'M' : 'L'}${across.toFixed(1)} ${down.toFixed(1)}`).join('')
  return series.map(({ label, tone, values }) => {
    const points = values.map((value, index): [number, number] => [x(index), y(value)])
    return { label, tone, past: path(points.slice(0, -1)), today: path(points.slice(-2)) }
  })
}
