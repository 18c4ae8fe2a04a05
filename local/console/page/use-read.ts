import { useEffect, useState } from 'preact/hooks';
import type { Reads } from '../answers.ts';
import { read, saidBy } from './ask.ts';

/** Reads something once, and again where something else is asked for. */
export function useRead<Name extends keyof Reads>(
  name: Name,
  query: Readonly<Record<string, string>>,
): { readonly value: Reads[Name] | undefined; readonly fault: string | undefined } {
  const [value, setValue] = useState<Reads[Name]>();
  const [fault, setFault] = useState<string>();
  const asked = JSON.stringify([name, query]);
  useEffect(() => {
    const ended = new AbortController();
    setValue(undefined);
    setFault(undefined);
    read(name, query, ended.signal).then(setValue, (error) => {
      if (!ended.signal.aborted) setFault(saidBy(error));
    });
    return () => ended.abort();
    // What is asked decides, and not the object that it stands in.
  }, [asked]);
  return { value, fault };
}
