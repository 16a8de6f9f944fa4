//! How much memory a reader takes: alone in its process, because the process is what is measured.
#![expect(clippy::unwrap_used, reason = "helpers of tests panic like tests")]

use pleiade_connectors::{
    kit::json::{self, List},
    matrix::SyncAnswer,
};

/// The most that the process ever had, in bytes.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

/// Fields that nobody reads are not built: an answer takes some times its size, not a hundred times.
#[test]
fn an_answer_takes_no_more_than_some_times_its_size() {
    #[derive(serde::Deserialize)]
    struct Line {
        #[serde(rename = "id", deserialize_with = "json::number")]
        _id: u64,
    }
    let filler = |bytes: usize| r#"{"":0},"#.repeat(bytes / 7);
    let body = format!("[{}0]", filler(4 << 20));
    let before = peak();
    let list: List<Line> = serde_json::from_str(&body).unwrap();
    assert!(list.items.is_empty());
    let taken = peak() - before;
    assert!(taken < 8 * body.len(), "{} MiB for a list of {} MiB", taken >> 20, body.len() >> 20);

    let body = format!(r#"{{"next_batch":"s","rooms":{{"join":{{"!a":{{"x":[{}0]}}}}}}}}"#, filler(32 << 20));
    let before = peak();
    serde_json::from_str::<SyncAnswer>(&body).unwrap();
    let taken = peak() - before;
    assert!(taken < 8 * body.len(), "{} MiB for an answer of {} MiB", taken >> 20, body.len() >> 20);
}
