/** The HTTP service. */
export {};
