import { type Output, silentOutput } from '../../local/output.ts';

/** What the functions of a stack count, summed up from what they write. */
export function metricCounter() {
  const counted = new Map<string, number>();
  const output: Output = {
    ...silentOutput,
    functionLine: (_, line) => {
      const written: object = line.startsWith('{"_aws"') ? JSON.parse(line) : {};
      for (const [name, value] of Object.entries(written)) {
        const sum = [value].flat().reduce((total, one) => total + (Number(one) || 0), 0);
        counted.set(name, (counted.get(name) ?? 0) + sum);
      }
    },
  };
  return { output, count: (name: string) => counted.get(name) ?? 0 };
}
