/** DynamoDB asks nobody for its endpoint (Timestream does). */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: () => undefined,
  default: undefined,
};

export const resolveEndpointDiscoveryConfig = <T>(input: T): T => input;
