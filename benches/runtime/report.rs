//! Writes `RESULTS.md`: the measurements, the machine, and the bars that they meet.

use std::fmt::Write as _;

use crate::cold;
use crate::machine::{Machine, Module};
use crate::series::{Series, Spread};

/// The measurements of one run.
#[derive(Debug)]
pub(crate) struct Results {
    /// The CPU time per request in microseconds.
    pub(crate) cpu: Series,
    /// Requests per second.
    pub(crate) rate: Series,
    /// The milliseconds from the start of a process to its first response.
    pub(crate) cold: Series,
    /// The names of the contestants in the order of their declaration.
    pub(crate) names: Vec<&'static str>,
}

/// The limit of a ratio.
#[derive(Debug, Clone, Copy)]
enum Bar {
    AtMost(f64),
    AtLeast(f64),
    /// The ratio is reported without a limit.
    None,
}

/// The ratios of the first contestant's cost to the second's.
const RATIOS: [(&str, &str, Bar); 24] = [
    ("ours, plain", "limit, plain body", Bar::AtMost(1.25)),
    ("ours, secure", "limit, secure body", Bar::AtMost(1.4)),
    ("ours, handshake", "limit, handshake", Bar::None),
    ("ours, plain", "by hand, plain", Bar::AtMost(0.75)),
    ("ours, secure", "by hand, secure", Bar::AtMost(0.6)),
    ("ours, handshake", "by hand, handshake", Bar::None),
    ("ours, plain, stored", "by hand, plain, stored", Bar::None),
    ("ours, secure, stored", "by hand, secure, stored", Bar::None),
    ("ours, plain, asked", "ours, plain, stored", Bar::None),
    ("co-wechat, plain", "ours, plain", Bar::AtLeast(2.0)),
    ("co-wechat, secure", "ours, secure", Bar::AtLeast(2.0)),
    ("wechatpy on FastAPI, plain", "ours, plain", Bar::AtLeast(8.0)),
    ("wechatpy on FastAPI, secure", "ours, secure", Bar::AtLeast(8.0)),
    ("wechatpy on Flask, plain", "ours, plain", Bar::AtLeast(8.0)),
    ("wechatpy on Flask, secure", "ours, secure", Bar::AtLeast(8.0)),
    ("ours, plain", "before, plain", Bar::None),
    ("ours, secure", "before, secure", Bar::None),
    ("ours, handshake", "before, handshake", Bar::None),
    ("ours, plain, stored", "before, plain, stored", Bar::AtMost(0.55)),
    ("ours, secure, stored", "before, secure, stored", Bar::AtMost(0.55)),
    ("ours, plain, 10,000 rules", "ours, plain, 10 rules", Bar::AtMost(1.1)),
    ("gateway, call", "pass-through, call", Bar::AtMost(1.3)),
    ("gateway, 20 MB up", "pass-through, 20 MB up", Bar::AtMost(1.3)),
    ("gateway, 20 MB down", "pass-through, 20 MB down", Bar::AtMost(1.3)),
];
/// The ratios of the first contestant's requests a second to the second's.
const RATE_RATIOS: [(&str, &str, Bar); 2] = [
    ("ours, plain, stored in a slow D1", "by hand, plain, stored in a slow D1", Bar::None),
    ("ours, plain, stored in a slow D1", "before, plain, stored in a slow D1", Bar::None),
];
const COLD_RATIOS: [(&str, &str, Bar); 2] = [
    ("ours, handshake first", "hello world", Bar::AtMost(1.5)),
    ("ours, message first, reads KV", "hello world, reads KV first", Bar::AtMost(1.5)),
];

/// The whole document.
pub(crate) fn markdown(results: &Results, machine: &Machine, module: &Module) -> String {
    let mut text = format!(
        "# What a request costs\n\n\
         Made by `make bench`; compare numbers of another run or machine with these only as ratios.\n\n\
         {machine}\n\
         ## Ratios of CPU time per request\n\n\
         Each ratio is taken within one round: the median of all rounds, and their range.\n\n"
    );
    text += &cpu_ratios(&results.cpu);
    text += "\n## CPU time of the server's process\n\n\
             What a request costs, including the work after the response. Requests a second depend more on the \
             load generator and the disk than on the server.\n\n";
    text += &costs(&results.cpu, &results.rate, &results.names);
    text += "\n## Requests a second with a slow D1\n\n\
             Each call of D1 takes a millisecond more, and the calls run one after another, as in a database of \
             Cloudflare's.\n\n";
    text += &rate_ratios(&results.rate);
    text += "\n## From the process's start to its first answer\n\n\
             Each process contains KV and D1, which run elsewhere on Cloudflare.\n\n\
             | | ms | range |\n|---|--:|--:|\n";
    for (name, ..) in cold::STARTERS {
        let Spread { median, least, most } = results.cold.of(name);
        let _ = writeln!(text, "| {name} | {median:.0} | {least:.0}–{most:.0} |");
    }
    text.push('\n');
    text += &ratios(&results.cold, &COLD_RATIOS);
    let _ = writeln!(text, "\n## The module\n\n{module}");
    text
}

/// The ratios of CPU time whose contestants were measured.
pub(crate) fn cpu_ratios(cpu: &Series) -> String {
    ratios(cpu, &RATIOS)
}

/// The ratios of requests a second whose contestants were measured.
pub(crate) fn rate_ratios(rate: &Series) -> String {
    ratios(rate, &RATE_RATIOS)
}

/// The CPU time of each contestant and its requests a second.
pub(crate) fn costs(cpu: &Series, rate: &Series, names: &[&str]) -> String {
    let mut text = "| | µs per request | range | requests a second |\n|---|--:|--:|--:|\n".to_owned();
    for name in names {
        let (Spread { median, least, most }, rate) = (cpu.of(name), rate.of(name).median);
        let _ = writeln!(text, "| {name} | {median:.0} | {least:.0}–{most:.0} | {rate:.0} |");
    }
    text
}

fn ratios(series: &Series, ratios: &[(&str, &str, Bar)]) -> String {
    let mut text = "| | over | ratio | range | bar | |\n|---|---|--:|--:|--:|---|\n".to_owned();
    for (of, to, bar) in ratios.iter().filter(|(of, to, _)| series.has(of) && series.has(to)) {
        let Spread { median, least, most } = series.ratio(of, to);
        let (wanted, verdict) = match *bar {
            Bar::AtMost(bar) => (format!("at most {bar}"), verdict(median <= bar)),
            Bar::AtLeast(bar) => (format!("at least {bar}"), verdict(median >= bar)),
            Bar::None => (String::new(), ""),
        };
        let _ = writeln!(text, "| {of} | {to} | {median:.2} | {least:.2}–{most:.2} | {wanted} | {verdict} |");
    }
    text
}

const fn verdict(is_met: bool) -> &'static str {
    if is_met { "met" } else { "**not met**" }
}
