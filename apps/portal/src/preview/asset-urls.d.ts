/** Files that the bundler puts beside the scripts, by their address. */
declare module '*?url' {
  const url: string;
  export default url;
}
