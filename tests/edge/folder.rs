//! The folders in which the workers store their files.

use std::path::Path;

use rustix::fs::statvfs;
use tempfile::TempDir;

/// A file system in memory, so that D1 does not wait for the disk. Its files survive when a worker is killed.
const MEMORY: &str = "/dev/shm";
/// Enough space for a million messages. A container may have as little as 64 MiB.
const ENOUGH_BYTES: u64 = 4 << 30;

/// A folder that is deleted when it is dropped.
pub(crate) fn temporary_folder() -> TempDir {
    let folder = if has_room(Path::new(MEMORY)) { TempDir::new_in(MEMORY) } else { TempDir::new() };
    folder.expect("a temporary folder")
}

fn has_room(folder: &Path) -> bool {
    statvfs(folder).is_ok_and(|space| space.f_bavail.saturating_mul(space.f_frsize) >= ENOUGH_BYTES)
}
