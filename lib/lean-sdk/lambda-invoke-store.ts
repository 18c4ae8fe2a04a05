declare global {
  namespace awslambda {
    const InvokeStore: object | undefined;
  }
}

/** The Lambda runtime's own store, so that trace headers are passed on; none elsewhere. */
export const InvokeStore = {
  getInstanceAsync: async () => globalThis.awslambda?.InvokeStore,
};
