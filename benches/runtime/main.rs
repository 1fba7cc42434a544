//! `make bench`: what a request costs workerd's process with our module in it, beside other workers and beside peers.
//!
//! Everything is a ratio of CPU times from one run, taken in turns. It needs Linux's /proc.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a benchmark may fail loudly, and takes the time"
)]

mod cold;
mod contestant;
mod cpu;
mod http;
mod load;
mod machine;
mod peer;
mod report;
mod rounds;
mod series;
mod server;
mod traffic;
mod upstream;
mod worker;

use std::env;
use std::fs;
use std::process::ExitCode;

use sandbox::worker::interrupted;
use tokio::runtime::Runtime;

use contestant::{PEERS, Running, Size, WORKERS};
use machine::{Machine, Module};
use report::Results;

const RESULTS: &str = "benches/RESULTS.md";
const COLD_STARTS: usize = 15;

fn main() -> ExitCode {
    // cargo bench adds `--bench`.
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["load", order] => obey(order),
        ["check"] => bench(Size { rounds: 1, requests: 20 }, false),
        [] => {
            bench(Size { rounds: number("BENCH_ROUNDS", 7), requests: number("BENCH_REQUESTS", 4000) }, true)
        }
        _ => Err("nothing, or `check`".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn number(variable: &str, default: usize) -> usize {
    env::var(variable).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// The second process.
fn obey(order: &str) -> Result<(), String> {
    let order = serde_json::from_str(order).map_err(|error| error.to_string())?;
    let report = load::run(&order)?;
    println!("{}", serde_json::to_string(&report).map_err(|error| error.to_string())?);
    Ok(())
}

fn bench(size: Size, is_full: bool) -> Result<(), String> {
    let runtime = Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        // What is dropped here ends every process.
        tokio::select! {
            done = run(size, is_full) => done,
            () = interrupted() => Err("interrupted".to_owned()),
        }
    })
}

async fn run(size: Size, is_full: bool) -> Result<(), String> {
    let machine = Machine::here()?;
    let module = Module::built()?;
    let upstream = upstream::start().map_err(|error| error.to_string())?;
    let mut field: Vec<Running> = Vec::new();
    let before = if env::var_os(worker::BEFORE).is_some() { contestant::BEFORE } else { &[] };
    let peers = if is_full { PEERS } else { &[] };
    for (host, contestants) in WORKERS.iter().chain(before).chain(peers) {
        field.push(host.start(contestants, upstream).await?);
    }
    let names = field.iter().flat_map(|running| running.contestants.iter().map(|one| one.name)).collect();
    let (cpu, rate) = rounds::run(&field, size).await?;
    for running in field {
        running.server.stop().await?;
    }
    let cold = cold::run(if is_full { COLD_STARTS } else { 1 }).await?;
    if !is_full {
        println!("every answer was right");
        return Ok(());
    }
    let text = report::markdown(&Results { cpu, rate, cold, names }, &machine, &module);
    print!("{text}");
    fs::write(RESULTS, text).map_err(|error| format!("{RESULTS}: {error}"))
}
