/**
 * In place of the SDK's search for credentials in six places, a quarter of a client's code.
 *
 * Every client of a function is handed its own.
 */
export const defaultProvider = () => async () => {
  throw new Error('a client was made without credentials');
};
