//! Response times of backends, counted in ten buckets.

/// Where each bucket begins, in milliseconds; the SQL of `counted_entries` has the same numbers.
const BEGINS: [i64; 10] = [0, 250, 500, 1000, 1500, 2000, 3000, 4500, 10_000, 30_000];

/// Within how many milliseconds so many percent of the answers came, as if those of a bucket were spread evenly; the last
/// bucket counts as its beginning.
///
/// `counts` are the numbers of answers in the buckets.
pub(super) fn percentile(percent: i64, counts: [i64; 10]) -> Option<i64> {
    // In hundredths of answers, so that the median of one answer is the middle of its bucket.
    let mut left = counts.iter().fold(0_i64, |sum, n| sum.saturating_add(*n)).saturating_mul(percent);
    for (index, (n, begins)) in counts.into_iter().zip(BEGINS).enumerate() {
        let parts = n.saturating_mul(100);
        if parts > 0 && left <= parts {
            let ends = BEGINS.get(index.saturating_add(1)).copied().unwrap_or(begins);
            let width = ends.saturating_sub(begins);
            return Some(begins.saturating_add(width.saturating_mul(left).checked_div(parts)?));
        }
        left = left.saturating_sub(parts);
    }
    None
}

#[cfg(test)]
mod tests {
    fn median(buckets: [i64; 10]) -> Option<i64> {
        super::percentile(50, buckets)
    }

    #[test]
    fn the_median_is_within_the_bucket_of_the_middle_answer() {
        assert_eq!(median([0; 10]), None);
        assert_eq!(median([1, 0, 0, 0, 0, 0, 0, 0, 0, 0]), Some(125));
        assert_eq!(median([0, 0, 4, 0, 0, 0, 0, 0, 0, 0]), Some(750));
        assert_eq!(median([1, 0, 0, 0, 1, 0, 0, 0, 0, 0]), Some(250), "between the two");
        assert_eq!(median([1, 0, 0, 2, 0, 0, 0, 0, 0, 0]), Some(1125));
        assert_eq!(median([1, 1, 1, 1, 1, 1, 1, 1, 1, 100]), Some(30_000), "half a minute or more");
    }
    #[test]
    fn most_answers_are_within_the_95th_percentile() {
        let p95 = |buckets| super::percentile(95, buckets);
        assert_eq!(p95([0; 10]), None);
        assert_eq!(p95([100, 0, 0, 0, 0, 0, 0, 0, 0, 0]), Some(237));
        assert_eq!(p95([90, 0, 0, 0, 0, 0, 10, 0, 0, 0]), Some(3750));
        assert_eq!(p95([95, 0, 0, 0, 0, 0, 0, 0, 0, 5]), Some(250));
    }
}
