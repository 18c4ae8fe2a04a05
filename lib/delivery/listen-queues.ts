/**
 * What the names of the queues begin with by which `floodgate listen` gets its events.
 *
 * They are made up when somebody listens; each queue's own policy says which stack may send.
 */
export const LISTEN_QUEUES = 'Floodgate-listen-';
