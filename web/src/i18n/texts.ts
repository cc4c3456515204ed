/** The same keys with a text of any language at each. */
export type Texts<T> = { [K in keyof T]: T[K] extends string ? string : Texts<T[K]> };
