/** No call of ours streams events (S3 Select, Transcribe do). */
function refuse(): never {
  throw new Error('event streams are not bundled, see lib/bundling.ts');
}

export class EventStreamSerde {
  constructor() {
    refuse();
  }
}

export const eventStreamSerdeProvider = () => ({ serialize: refuse, deserialize: refuse });

export const resolveEventStreamSerdeConfig = <T extends object>(input: T) =>
  Object.assign(input, { eventStreamMarshaller: eventStreamSerdeProvider() });
