//! The CPU time of a process and its children, as Linux counts it.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

/// The CPU time of each thread in nanoseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CpuTime(BTreeMap<u32, u64>);

impl CpuTime {
    /// The CPU time so far of a process and its children, with all their threads.
    pub(crate) fn of(process: u32) -> Result<Self, String> {
        let mut threads = BTreeMap::new();
        let mut processes = vec![process];
        while let Some(process) = processes.pop() {
            let tasks = fs::read_dir(format!("/proc/{process}/task"))
                .map_err(|error| format!("process {process}: {error}; this needs Linux's /proc"))?;
            for task in tasks.flatten() {
                let text = |file: &str| fs::read_to_string(task.path().join(file)).unwrap_or_default();
                let nanoseconds = text("schedstat").split(' ').next().and_then(|number| number.parse().ok());
                let thread = task.file_name().to_string_lossy().parse().ok();
                if let (Some(thread), Some(nanoseconds)) = (thread, nanoseconds) {
                    threads.insert(thread, nanoseconds);
                }
                processes.extend(
                    text("children").split_whitespace().filter_map(|child| child.parse::<u32>().ok()),
                );
            }
        }
        if threads.is_empty() {
            return Err("the kernel counts no CPU time (/proc/PID/task/TID/schedstat)".to_owned());
        }
        Ok(Self(threads))
    }

    /// The CPU time since an earlier reading. Fails if a thread has ended, because Linux no longer reports its time.
    pub(crate) fn since(&self, earlier: &Self) -> Result<Duration, String> {
        if let Some(thread) = earlier.0.keys().find(|thread| !self.0.contains_key(thread)) {
            return Err(format!("thread {thread} ended while it was measured"));
        }
        let total = |time: &Self| time.0.values().sum();
        Ok(Duration::from_nanos(u64::saturating_sub(total(self), total(earlier))))
    }
}
