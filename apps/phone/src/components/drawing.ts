import {
  ColorType,
  createChart,
  createSeriesMarkers,
  LineSeries,
  LineStyle,
  type IChartApi,
  type ISeriesApi,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';

import type { Fill, Point } from '../model/chart';

const at = (time: number) => time as UTCTimestamp;

/** One chart on the page, by TradingView's lightweight-charts. */
export class Drawing {
  private shown: readonly Point[] = [];
  private readonly chart: IChartApi;
  private readonly series: ISeriesApi<'Line'>;
  private readonly markers: { setMarkers(list: SeriesMarker<Time>[]): void };

  constructor(
    private readonly box: HTMLElement,
    private readonly full: boolean,
  ) {
    this.chart = createChart(box, {
      autoSize: true,
      layout: {
        background: { type: ColorType.Solid, color: 'transparent' },
        // Its mark brings a style sheet of its own, which a strict policy forbids; the page names
        // the makers in words.
        attributionLogo: false,
        fontFamily: 'inherit',
      },
      grid: { vertLines: { visible: false }, horzLines: { visible: full } },
      rightPriceScale: { visible: full, borderVisible: false },
      timeScale: { visible: full, timeVisible: true, secondsVisible: true, borderVisible: false },
      handleScroll: full,
      handleScale: full,
      ...(full ? {} : { crosshair: { vertLine: { visible: false }, horzLine: { visible: false } } }),
    });
    this.series = this.chart.addSeries(LineSeries, {
      lineWidth: 2,
      priceLineVisible: false,
      lastValueVisible: full,
      crosshairMarkerVisible: full,
    });
    this.markers = createSeriesMarkers(this.series, []);
  }

  colour(): void {
    const style = getComputedStyle(this.box);
    const of = (name: string) => style.getPropertyValue(name).trim();
    this.chart.applyOptions({
      layout: { textColor: of('--text-soft') },
      grid: { horzLines: { color: of('--line'), style: LineStyle.Solid } },
    });
    this.series.applyOptions({ color: of('--accent') });
  }

  /** Adds what is new; draws anew only what is not a continuation. */
  show(points: readonly Point[]): void {
    const before = this.shown;
    const last = before[before.length - 1];
    this.shown = points;
    const from = last ? points.findIndex((point) => point.time === last.time) : -1;
    const rest = points.slice(Math.max(from, 0));
    if (from >= 0 && rest.length <= 5) {
      for (const { time, value } of rest) this.series.update({ time: at(time), value });
    } else {
      this.series.setData(points.map(({ time, value }) => ({ time: at(time), value })));
      this.chart.timeScale().fitContent();
    }
    if (!this.full) this.chart.timeScale().fitContent();
  }

  /** Fills within what is shown. */
  mark(fills: readonly Fill[]): void {
    const first = this.shown[0]?.time ?? Number.POSITIVE_INFINITY;
    const style = getComputedStyle(this.box);
    this.markers.setMarkers(
      fills
        .filter((fill) => fill.time >= first)
        .map((fill) => ({
          time: at(fill.time),
          position: fill.side === 'buy' ? 'belowBar' : 'aboveBar',
          shape: fill.side === 'buy' ? 'arrowUp' : 'arrowDown',
          color: style.getPropertyValue(fill.side === 'buy' ? '--gain' : '--loss').trim(),
        })),
    );
  }

  remove(): void {
    this.chart.remove();
  }
}

export function draw(box: HTMLElement, full: boolean): Drawing {
  return new Drawing(box, full);
}
