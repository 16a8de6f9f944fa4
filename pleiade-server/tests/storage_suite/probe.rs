use super::{Store, instant};
use pleiade_server::storage::StorageError;

pub(crate) async fn a_probe_is_a_write_that_leaves_one_row_and_no_trace_in_the_end(store: Store) {
    for n in 0..3 {
        store.probe_write(instant(n)).await.unwrap();
    }
    // What was used once stays used, and the row goes with its time.
    assert!(store.use_once([7; 32], instant(3600)).await.unwrap());
    store.purge_expired(instant(60), instant(0)).await.unwrap();
    store.probe_write(instant(61)).await.unwrap();
    assert!(store.is_used([7; 32]).await.unwrap());
    store.purge_expired(instant(30 * 24 * 3600), instant(0)).await.unwrap();
    store.probe_write(instant(0)).await.unwrap();
    store.close().await;
    assert!(matches!(store.probe_write(instant(1)).await, Err(StorageError::Unreachable(_))));
}
