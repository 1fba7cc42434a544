//! The time from the start of a process to its first response.

use std::time::Instant;

use crate::http::Connection;
use crate::series::Series;
use crate::traffic::{Maker, Traffic};
use crate::worker::{Installed, Store, Worker};

/// The processes and their first requests.
pub(crate) const STARTERS: [(&str, Worker, Traffic); 4] = [
    ("hello world", Worker::Hello, Traffic::Hello),
    ("hello world, reads KV first", Worker::Hello, Traffic::HelloKv),
    ("ours, handshake first", Worker::Ours(Store::Nothing), Traffic::Handshake),
    ("ours, message first, reads KV", Worker::Ours(Store::Nothing), Traffic::Plain),
];

/// Measures each process `times` times, in turns: the milliseconds from its start to its first response.
pub(crate) async fn run(times: usize) -> Result<Series, String> {
    let mut starters = Vec::new();
    for (name, worker, traffic) in STARTERS {
        let installed = worker.install(0)?;
        let server = installed.start().await?;
        installed.fill(&server).await?;
        server.stop().await?;
        starters.push((name, installed, traffic));
    }
    let mut series = Series::default();
    for _ in 0..times {
        for (name, installed, traffic) in &starters {
            let milliseconds = first_answer(installed, *traffic).await;
            series.add(name, milliseconds.map_err(|reason| format!("{name}: {reason}"))?);
        }
    }
    Ok(series)
}

async fn first_answer(installed: &Installed, traffic: Traffic) -> Result<f64, String> {
    let maker = Maker::new(traffic, false, "")?;
    let prepared = maker.make(0)?;
    let started = Instant::now();
    let server = installed.start().await?;
    let mut connection = Connection::to(server.port("http")?);
    let answer = connection.exchange(&prepared.bytes).map_err(|error| error.to_string())?;
    let milliseconds = started.elapsed().as_secs_f64() * 1e3;
    server.stop().await?;
    maker.check(&prepared, &answer)?;
    Ok(milliseconds)
}
