// read_avsc.js FILE...: prints what avsc finds in AvroStream files, in the lines of dump_avro_c.c.
// Codecs: null, snappy (by snappyjs), deflate. Run where avsc and snappyjs are in NODE_PATH.
// Exit: 0 read to the end, 1 avsc refuses a file.
"use strict";
const avro = require("avsc");
const snappy = require("snappyjs");
const zlib = require("zlib");

const BRANCHES = ["double", "string", "long", "DoubleArray", "StringArray", "JsonStruct"];

// Times do not fit a Number.
const longs = avro.types.LongType.__with({
  fromBuffer: (buffer) => buffer.readBigInt64LE(),
  toBuffer: (value) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(value);
    return buffer;
  },
  fromJSON: BigInt,
  toJSON: String,
  isValid: (value) => typeof value === "bigint",
  compare: (a, b) => (a < b ? -1 : Number(a > b)),
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, entry) => {
  for (let i = 0; i < 8; i++) entry = entry & 1 ? (entry >>> 1) ^ 0xedb88320 : entry >>> 1;
  return entry;
});

function unsnap(block, done) {
  try {
    const raw = Buffer.from(snappy.uncompress(block.subarray(0, block.length - 4)));
    if (crc32(raw) !== block.readUInt32BE(block.length - 4)) throw new Error("checksum differs");
    done(null, raw);
  } catch (error) {
    done(error);
  }
}

const options = {
  codecs: { null: (block, done) => done(null, block), snappy: unsnap, deflate: zlib.inflateRaw },
  parseHook: (schema) =>
    avro.Type.forSchema(schema, { registry: { long: longs }, wrapUnions: true }),
};

const text = (value) => (value === "" ? "-" : Buffer.from(value, "utf8").toString("hex"));

function real(value) {
  const buffer = Buffer.alloc(8);
  buffer.writeDoubleBE(value);
  return buffer.toString("hex");
}

function payload(branch, value) {
  switch (branch) {
    case 0:
      return real(value);
    case 1:
      return text(value);
    case 2:
      return String(value);
    case 3:
      return value.items.map(real).join(",");
    case 4:
      return value.items.map(text).join(",");
    default:
      return text(value.json);
  }
}

function lines(record) {
  const { channel, timestamps, values, tags } = record;
  const names = Object.entries(tags).flatMap(([key, value]) => [" ", text(key), " ", text(value)]);
  const out = [`R ${text(channel)}${names.join("")}\n`];
  if (timestamps.length !== values.length) out.push("timestamps and values differ in number\n");
  values.forEach((wrapped, i) => {
    const [[name, value]] = Object.entries(wrapped);
    const branch = BRANCHES.indexOf(name.split(".").pop());
    out.push(`${timestamps[i]} ${branch} ${payload(branch, value)}\n`);
  });
  return out.join("");
}

function readFile(paths) {
  if (paths.length === 0) return;
  avro
    .createFileDecoder(paths[0], options)
    .on("data", (record) => process.stdout.write(lines(record)))
    .on("error", (error) => {
      process.stderr.write(`${paths[0]}: ${error.message}\n`);
      process.exitCode = 1;
    })
    .on("end", () => readFile(paths.slice(1)));
}

readFile(process.argv.slice(2));
