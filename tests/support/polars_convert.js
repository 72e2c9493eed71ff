// polars_convert.js jsonl|csv IN OUT.avro: the whole input as a data frame, then as Avro (snappy).
// Run where nodejs-polars is in NODE_PATH.
"use strict";
const polars = require("nodejs-polars");

const [kind, input, output] = process.argv.slice(2);
// readJSON has a case for lines that calls what the package's binary lacks; the lazy scan works.
const frame = kind === "csv" ? polars.readCSV(input) : polars.scanJson(input).collectSync();
frame.writeAvro(output, { compression: "snappy" });
