/** Style sheets as the bundler gives them. */

declare module '*.module.css' {
  /** Names of classes in the page by their names in the sheet. */
  const classes: Readonly<Record<string, string>>;
  export default classes;
}

declare module '*.css';
