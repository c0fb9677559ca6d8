// duckdb.js REQUEST: what DuckDB takes for a statement of the comparison, the way of the rows from the server to its own table
// included.  Called by run.py; REQUEST and the answer are JSON.  Without REQUEST: the version, where npm's @duckdb/node-api is
// installed.
const { execFileSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

let duckdb;
try {
    duckdb = require('@duckdb/node-api');
} catch (e) {
    console.log('{}');
    process.exit();
}

const file = path.join(process.env.L2REG_TMP || os.tmpdir(), 'rows.duckdb.csv');

async function main() {
    const connection = await (await duckdb.DuckDBInstance.create(':memory:', { threads: '1' })).connect();

    if (process.argv.length < 3) {
        const rows = (await connection.runAndReadAll('SELECT version()')).getRows();
        console.log(JSON.stringify({ DuckDB: String(rows[0][0]).replace(/^v/, '') }));
        return;
    }
    const ask = JSON.parse(process.argv[2]);
    let phases, answer;
    const phase = async (name, run) => {
        const start = process.hrtime.bigint();
        const value = await run();
        phases[name] = Number(process.hrtime.bigint() - start) / 1e9;
        return value;
    };
    const list = ask.columns.join(', ');
    // an array as one text: each x[i] of a long one would fetch all of it anew
    const source = ask.array ? "y, array_to_string(x, ',')" : list;

    for (const schema of ['head', 'public']) {
        phases = {};
        await phase('export', async () => execFileSync('psql', ['-Xq', '-v', 'ON_ERROR_STOP=1', '-c', ask.array
            ? `COPY (SELECT concat_ws(',', ${source}) FROM ${schema}.${ask.table}) TO STDOUT`
            : `COPY (SELECT ${source} FROM ${schema}.${ask.table}) TO STDOUT (FORMAT csv)`],
            { stdio: ['ignore', fs.openSync(file, 'w'), 'inherit'] }));
        await phase('read', async () => connection.run(`CREATE OR REPLACE TABLE rows AS SELECT * FROM read_csv('${file}', header = false, `
            + `columns = {${ask.columns.map((c) => `'${c}': 'DOUBLE'`).join(', ')}})`));
        answer = await phase('fit', async () => (await connection.runAndReadAll(ask.sql)).getRows()[0]);
    }
    fs.unlinkSync(file);
    console.log(JSON.stringify({ phases, answer: answer.map((v) => (v === null ? null : Number(v))) }));
}

main().catch((e) => {
    console.error(`Error: ${String(e.message || e).split('\n')[0]}`);
    process.exit(1);
});
