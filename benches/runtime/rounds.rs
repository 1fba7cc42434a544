//! The measurements: each round measures every contestant, one after the other, in an order that rotates.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use crate::contestant::{Contestant, Running, Size};
use crate::load::{LIMIT, Order, Report};
use crate::series::Series;

/// The result of one measurement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// The server's CPU time per request, in microseconds.
    pub(crate) cpu: f64,
    /// Responses per second, as the load generator measured them.
    pub(crate) rate: f64,
}

/// Warms up and measures all contestants. Returns the CPU time per request in µs, and the requests per second.
pub(crate) async fn run(field: &[Running], size: Size) -> Result<(Series, Series), String> {
    let everybody: Vec<(&Running, &Contestant)> =
        field.iter().flat_map(|running| running.contestants.iter().map(move |one| (running, one))).collect();
    for (running, contestant) in &everybody {
        measure(running, contestant, size).await?;
    }
    let (mut cpu, mut rate) = (Series::default(), Series::default());
    for round in 0..size.rounds {
        eprintln!("round {} of {}", round + 1, size.rounds);
        let (before, after) = everybody.split_at(round * 3 % everybody.len());
        for (running, contestant) in after.iter().chain(before) {
            let sample = measure(running, contestant, size).await?;
            cpu.add(contestant.name, sample.cpu);
            rate.add(contestant.name, sample.rate);
        }
    }
    Ok((cpu, rate))
}

/// Measures one contestant once.
pub(crate) async fn measure(
    running: &Running,
    contestant: &Contestant,
    size: Size,
) -> Result<Sample, String> {
    let order = running.order(contestant, size)?;
    let before = running.server.cpu_at_rest().await?;
    let report = load(&order).await.map_err(|reason| format!("{}: {reason}", contestant.name))?;
    let used = running.server.cpu_at_rest().await?.since(&before)?;
    let requests = u32::try_from(order.requests).map_or(f64::NAN, f64::from);
    Ok(Sample { cpu: used.as_secs_f64() * 1e6 / requests, rate: requests / report.seconds })
}

/// Runs the load generator in a process of its own, so that its CPU time and its threads are separate from ours.
async fn load(order: &Order) -> Result<Report, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let order = serde_json::to_string(order).map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.args(["load", &order]).stdin(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    let ended = timeout(LIMIT + Duration::from_mins(1), command.output()).await;
    let output = ended.map_err(|_| "the load does not end")?.map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())
}
