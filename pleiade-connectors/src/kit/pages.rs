//! Lists that an application gives in several pages.

use super::json::List;
use pleiade_core::{ConnectorError, ErrorKind};
use std::future::Future;

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page<T, C> {
    /// Its items.
    pub list: List<T>,
    /// The position of the next page; none on the last.
    pub next: Option<C>,
}

/// The first pages of a list, joined.
#[derive(Debug, Clone)]
pub struct Pages<T> {
    /// Their items.
    pub list: List<T>,
    /// True if the application has more.
    pub more: bool,
    /// The error of a page after the first; the pages before it are here.
    pub missing: Option<ConnectorError>,
}

/// Reads page after page until the last one, or until `max` items or ten pages were read. `read` is given the position of the page, none
/// for the first.
///
/// # Errors
/// Those of `read` for the first page, and for any when the credential is refused; [`ErrorKind::BadAnswer`] when a page says that the next
/// one is itself or the one before it, for it would never end.
pub async fn read_pages<T, C, F>(
    operation: &'static str,
    max: usize,
    mut read: impl FnMut(Option<C>) -> F,
) -> Result<Pages<T>, ConnectorError>
where
    C: Clone + PartialEq,
    F: Future<Output = Result<Page<T, C>, ConnectorError>>,
{
    const MAX_PAGES: usize = 10;
    let mut pages = Pages { list: List::default(), more: true, missing: None };
    let mut cursors: Vec<C> = Vec::new();
    for _ in 0..MAX_PAGES {
        let page = match read(cursors.last().cloned()).await {
            Err(error) if !cursors.is_empty() && !error.refuses_credential() => {
                pages.missing = Some(error);
                break;
            }
            page => page?,
        };
        pages.list.extend(page.list);
        match page.next {
            None => pages.more = false,
            Some(next) if cursors.contains(&next) => {
                return Err(ConnectorError::new(ErrorKind::BadAnswer, operation)
                    .with_hint("the application's list of pages goes round in a circle"));
            }
            Some(next) => cursors.push(next),
        }
        if !pages.more || pages.list.items.len() >= max {
            break;
        }
    }
    pages.more |= pages.list.items.len() > max;
    pages.list.items.truncate(max);
    Ok(pages)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn count(total: usize, max: usize) -> (usize, usize, bool) {
        let mut calls = 0;
        let pages = read_pages("list", max, |cursor: Option<usize>| {
            calls += 1;
            let start = cursor.unwrap_or(0);
            let end = (start + 4).min(total);
            async move { Ok(Page { list: (start..end).collect(), next: (end < total).then_some(end) }) }
        })
        .await
        .unwrap();
        (pages.list.items.len(), calls, pages.more)
    }

    #[tokio::test]
    async fn pages_are_read_until_the_last_or_until_enough() {
        assert_eq!(count(0, 10).await, (0, 1, false));
        assert_eq!(count(9, 10).await, (9, 3, false));
        assert_eq!(count(100, 10).await, (10, 3, true));
        assert_eq!(count(8, 8).await, (8, 2, false));
        assert_eq!(count(1000, 1000).await, (40, 10, true), "ten pages at most");
    }

    #[tokio::test]
    async fn a_page_that_fails_leaves_those_before_it() {
        for failing in 0..3 {
            let mut calls = 0;
            let pages = read_pages("list", 1000, |_: Option<i32>| {
                let call = calls;
                calls += 1;
                async move {
                    if call == failing {
                        return Err(ConnectorError::new(ErrorKind::Timeout, "list"));
                    }
                    Ok(Page { list: std::iter::once(call).collect(), next: Some(call) })
                }
            })
            .await;
            match failing {
                0 => assert_eq!(pages.unwrap_err().kind(), ErrorKind::Timeout),
                _ => {
                    let pages = pages.unwrap();
                    assert_eq!(
                        (pages.list.len(), pages.more, pages.missing.is_some()),
                        (failing as usize, true, true)
                    );
                }
            }
        }
    }

    #[tokio::test]
    async fn a_list_that_goes_round_is_a_bad_answer() {
        for circle in [[1, 1, 1], [1, 2, 1]] {
            let mut turn = circle.into_iter();
            let error = read_pages("list", 1000, |_: Option<i32>| {
                let next = turn.next();
                async move { Ok(Page { list: std::iter::once(0).collect(), next }) }
            })
            .await
            .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::BadAnswer);
        }
    }
}
