// Runs one scenario against a server: `node run.js records.life`. What the house is comes as JSON in HOUSE.
"use strict";

process.env.LOG_LEVEL = "NONE";
const house = JSON.parse(process.env.HOUSE);
const [file, name] = process.argv[2].split(".");
const scenario = require(`./scenarios/${file}.js`)[name];

scenario(house).then(
  (said) => {
    if (said !== undefined) console.log(JSON.stringify(said));
  },
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
