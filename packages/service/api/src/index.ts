/** The HTTP contract and the client made from it. */
export {};
