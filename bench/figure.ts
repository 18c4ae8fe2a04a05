/** One line of the report. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** Such as `ms` or `KB`; `x` for how many times as much. */
  readonly unit: string;
  /** Decimals that mean something. */
  readonly digits: number;
  /** Undefined for a figure that is only shown. */
  readonly mustReach?: { readonly atMost: number } | { readonly atLeast: number };
}

/** Whether the figure is as good as it must be; undefined where it need not be. */
export function isReached({ value, mustReach }: Figure): boolean | undefined {
  if (mustReach === undefined) return undefined;
  return 'atMost' in mustReach ? value <= mustReach.atMost : value >= mustReach.atLeast;
}

/** A table beside the figures, for whoever wants to know why. */
export interface Breakdown {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Measured {
  readonly figures: readonly Figure[];
  readonly breakdowns?: readonly Breakdown[];
}
