//! `make bench`: the cost of a request in workerd with our module, compared with other workers and with peers.
//!
//! All results are ratios of CPU times from one run, which measures the contestants in turns. It needs Linux's /proc.
//!
//! `full` takes minutes and writes `RESULTS.md`, `check` only checks that every response is correct, `only WORD` prints
//! the ratios of the workers that have a contestant with this word in its name, and `watch NAME` measures one contestant
//! repeatedly for a profiler: with
//! `BENCH_V8_FLAGS="--perf-basic-prof --interpreted-frames-native-stack"` and a module with its names (worker-build
//! without the Makefile's `--strip-debug`), `perf record -g -p PROCESS -- sleep 10` sees JavaScript, wasm and workerd.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a benchmark may panic, and needs the time"
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
        ["watch", name] => until_interrupted(watch(name)),
        ["check"] => until_interrupted(run(Size { rounds: 1, requests: 20 }, false)),
        ["only", word] => until_interrupted(only(word, full_size())),
        ["full"] => until_interrupted(run(full_size(), true)),
        _ => {
            // `cargo bench` for all targets must not start minutes of measurements.
            println!("`make bench` and `make bench-check` run this");
            Ok(())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn full_size() -> Size {
    Size { rounds: number("BENCH_ROUNDS", 7), requests: number("BENCH_REQUESTS", 4000) }
}

fn number(variable: &str, default: usize) -> usize {
    env::var(variable).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// Runs the load generator, which is the second process.
fn obey(order: &str) -> Result<(), String> {
    let order = serde_json::from_str(order).map_err(|error| error.to_string())?;
    let report = load::run(&order)?;
    println!("{}", serde_json::to_string(&report).map_err(|error| error.to_string())?);
    Ok(())
}

fn until_interrupted(work: impl Future<Output = Result<(), String>>) -> Result<(), String> {
    let runtime = Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        // Dropping the future kills every process.
        tokio::select! {
            done = work => done,
            () = interrupted() => Err("interrupted".to_owned()),
        }
    })
}

/// Measures one contestant repeatedly, so that a profiler can attach to its process.
async fn watch(name: &str) -> Result<(), String> {
    let upstream = upstream::start().map_err(|error| error.to_string())?;
    let found = WORKERS.iter().chain(contestant::BEFORE).chain(PEERS).find_map(|(host, contestants)| {
        Some((host, contestants, contestants.iter().find(|contestant| contestant.name == name)?))
    });
    let (host, contestants, contestant) = found.ok_or("there is no contestant of this name")?;
    let running = host.start(contestants, upstream).await?;
    println!("process {}", running.server.id());
    loop {
        let sample = rounds::measure(&running, contestant, Size { rounds: 1, requests: 10_000 }).await?;
        println!("{:.1} µs a request, {:.0} requests a second", sample.cpu, sample.rate);
    }
}

/// Measures some workers side by side and prints their ratios, while one works on what they share.
async fn only(word: &str, size: Size) -> Result<(), String> {
    let upstream = upstream::start().map_err(|error| error.to_string())?;
    let mut field: Vec<Running> = Vec::new();
    for (host, contestants) in WORKERS.iter().chain(before()) {
        if contestants.iter().any(|contestant| contestant.name.contains(word)) {
            field.push(host.start(contestants, upstream).await?);
        }
    }
    let (cpu, rate) = rounds::run(&field, size).await?;
    println!("{}\n{}", report::cpu_ratios(&cpu), report::rate_ratios(&rate));
    print!("{}", report::costs(&cpu, &rate, &names(&field)));
    Ok(())
}

/// The contestants in the order of their declaration.
fn names(field: &[Running]) -> Vec<&'static str> {
    field.iter().flat_map(|running| running.contestants.iter().map(|one| one.name)).collect()
}

/// The earlier build, if there is one.
fn before() -> &'static [contestant::Entry] {
    if env::var_os(worker::BEFORE).is_some() { contestant::BEFORE } else { &[] }
}

async fn run(size: Size, is_full: bool) -> Result<(), String> {
    let machine = Machine::here()?;
    let module = Module::built()?;
    let upstream = upstream::start().map_err(|error| error.to_string())?;
    let mut field: Vec<Running> = Vec::new();
    let peers = if is_full { PEERS } else { &[] };
    for (host, contestants) in WORKERS.iter().chain(before()).chain(peers) {
        field.push(host.start(contestants, upstream).await?);
    }
    let names = names(&field);
    let (cpu, rate) = rounds::run(&field, size).await?;
    for running in field {
        running.server.stop().await?;
    }
    let cold = cold::run(if is_full { COLD_STARTS } else { 1 }).await?;
    if !is_full {
        println!("every response was correct");
        return Ok(());
    }
    let text = report::markdown(&Results { cpu, rate, cold, names }, &machine, &module);
    print!("{text}");
    fs::write(RESULTS, text).map_err(|error| format!("{RESULTS}: {error}"))
}
