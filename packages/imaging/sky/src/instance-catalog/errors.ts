/** Errors of reading an instance catalog. Each names the file and the line. */

/** The bytes are not a readable text catalog (binary data, broken gzip, an absurd line). */
export class CatalogFormatError extends Error {
  readonly code = 'SKY_CATALOG_FORMAT';
  readonly file: string;
  readonly line: number;
  readonly reason: string;
  constructor(file: string, line: number, reason: string, options?: ErrorOptions) {
    super(`${file}, line ${line}: ${reason}.`, options);
    this.name = 'CatalogFormatError';
    this.file = file;
    this.line = line;
    this.reason = reason;
  }
}

/** A gzip file ends early or is damaged. */
export class CatalogCompressionError extends Error {
  readonly code = 'SKY_CATALOG_GZIP';
  readonly file: string;
  readonly line: number;
  constructor(file: string, line: number, options?: ErrorOptions) {
    super(
      `${file} is gzip but cannot be unpacked after line ${line}: it is truncated or damaged. Copy or make it again.`,
      options,
    );
    this.name = 'CatalogCompressionError';
    this.file = file;
    this.line = line;
  }
}

/** A header keyword has an impossible value. */
export class CatalogHeaderValueError extends Error {
  readonly code = 'SKY_CATALOG_HEADER_VALUE';
  readonly file: string;
  readonly line: number;
  readonly keyword: string;
  readonly value: string;
  constructor(file: string, line: number, keyword: string, value: string, rule: string) {
    super(`${file}, line ${line}: header keyword ${keyword} is '${value}'; ${rule}.`);
    this.name = 'CatalogHeaderValueError';
    this.file = file;
    this.line = line;
    this.keyword = keyword;
    this.value = value;
  }
}

/** The header lacks what nothing can stand in for: the pointing or the filter. */
export class CatalogHeaderMissingError extends Error {
  readonly code = 'SKY_CATALOG_HEADER_MISSING';
  readonly file: string;
  readonly keywords: readonly string[];
  constructor(file: string, keywords: readonly string[]) {
    super(
      `${file}: the header lacks ${keywords.join(' and ')}; an instance catalog begins with lines such as 'rightascension 53.01', 'declination -27.44', 'filter 2'.`,
    );
    this.name = 'CatalogHeaderMissingError';
    this.file = file;
    this.keywords = keywords;
  }
}

/** A catalog includes a file that is including it. */
export class CatalogIncludeLoopError extends Error {
  readonly code = 'SKY_CATALOG_INCLUDE_LOOP';
  readonly file: string;
  readonly line: number;
  readonly chain: readonly string[];
  constructor(file: string, line: number, chain: readonly string[]) {
    super(
      `${file}, line ${line}: includeobj goes round in a loop (${chain.join(' -> ')}); remove one of these includes.`,
    );
    this.name = 'CatalogIncludeLoopError';
    this.file = file;
    this.line = line;
    this.chain = chain;
  }
}

/** A file that the catalog includes or draws cannot be used; the cause says why. */
export class CatalogIncludeError extends Error {
  readonly code = 'SKY_CATALOG_INCLUDE';
  readonly file: string;
  readonly line: number;
  readonly include: string;
  constructor(file: string, line: number, include: string, cause: Error) {
    super(`${file}, line ${line}: '${include}' cannot be used: ${cause.message}`, { cause });
    this.name = 'CatalogIncludeError';
    this.file = file;
    this.line = line;
    this.include = include;
  }
}

/** An object asks for a spatial model that is not drawn. */
export class UnsupportedModelError extends Error {
  readonly code = 'SKY_CATALOG_MODEL';
  readonly file: string;
  readonly line: number;
  readonly model: string;
  readonly supported: readonly string[];
  constructor(file: string, line: number, model: string, reason: string, supported: readonly string[]) {
    super(
      `${file}, line ${line}: spatial model '${model}' ${reason}; supported: ${supported.join(', ')}. Remove these objects or draw them with another model.`,
    );
    this.name = 'UnsupportedModelError';
    this.file = file;
    this.line = line;
    this.model = model;
    this.supported = supported;
  }
}

/** With `strict`, the first object that breaks a rule. */
export class CatalogObjectError extends Error {
  readonly code = 'SKY_CATALOG_OBJECT';
  readonly file: string;
  readonly line: number;
  readonly reason: string;
  constructor(file: string, line: number, reason: string) {
    super(`${file}, line ${line}: ${reason}. Correct the object, or read without 'strict' to skip it.`);
    this.name = 'CatalogObjectError';
    this.file = file;
    this.line = line;
    this.reason = reason;
  }
}

/** A catalog has more objects than its reader wants to keep. */
export class CatalogTooLongError extends Error {
  readonly code = 'SKY_CATALOG_LONG';
  readonly file: string;
  constructor(file: string, mostObjects: number) {
    super(`${file} has more than ${mostObjects} objects.`);
    this.name = 'CatalogTooLongError';
    this.file = file;
  }
}
