//! Who is called next, of the refreshes that wait for one application.
//!
//! What somebody looks at goes first; then each person in turn, however many cards they wait for; then, for one person, in the order in
//! which the cards were asked for. Nothing waits for ever: people take turns, and what nobody looks at gets one turn in eight while
//! it waits.
//!
//! The next one is found by looking through all who wait. They are a few thousand at worst, and an application that keeps them waiting
//! gives few turns a second.

use pleiade_core::IdentityId;
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::sync::oneshot;

/// Permits in a row that go to refreshes with viewers while others wait.
const MAX_VISIBLE_IN_A_ROW: u32 = 7;

/// The number of people who look at the result of a refresh. It changes while the refresh waits.
#[derive(Debug, Default)]
pub(super) struct Viewers(AtomicUsize);

/// One viewer, until this is dropped.
#[derive(Debug)]
pub(super) struct Viewer(Arc<Viewers>);

impl Viewers {
    pub(super) fn view(self: &Arc<Self>) -> Viewer {
        self.0.fetch_add(1, Ordering::Relaxed);
        Viewer(Arc::clone(self))
    }

    pub(super) fn is_visible(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The calls to one application: at most `capacity` at once.
#[derive(Debug)]
pub(super) struct Queue {
    capacity: usize,
    line: Mutex<Line>,
}

#[derive(Debug, Default)]
struct Line {
    busy: usize,
    people: BTreeMap<IdentityId, Person>,
    /// Numbers what happens: people who come, turns that are given.
    events: u64,
    /// Turns given to what is looked at since something else waits.
    in_a_row: u32,
}

#[derive(Debug)]
struct Waiter {
    ticket: u64,
    viewers: Arc<Viewers>,
    called: oneshot::Sender<Permit>,
}

/// Somebody for whom something waits, with the event of their last turn, or of their coming when they had none.
#[derive(Debug)]
struct Person {
    waiting: Vec<Waiter>,
    visible: u64,
    hidden: u64,
}

/// The right to call, until this is dropped.
#[derive(Debug)]
pub(super) struct Permit(Arc<Queue>);

/// A place in the line. Dropping it leaves the line, and gives back a turn that was not taken.
#[derive(Debug)]
pub(super) struct QueuePosition {
    queue: Arc<Queue>,
    person: IdentityId,
    ticket: u64,
    permit: oneshot::Receiver<Permit>,
}

impl Queue {
    pub(super) fn new(capacity: usize) -> Arc<Self> {
        Arc::new(Self { capacity: capacity.max(1), line: Mutex::default() })
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters the line. Tickets are unique, and those of one person are called in their order.
    pub(super) fn enter(
        self: &Arc<Self>,
        ticket: u64,
        person: IdentityId,
        viewers: Arc<Viewers>,
    ) -> QueuePosition {
        let (called, permit) = oneshot::channel();
        self.line().enter(person, Waiter { ticket, viewers, called });
        self.call();
        QueuePosition { queue: Arc::clone(self), person, ticket, permit }
    }

    /// Gives the free turns.
    fn call(self: &Arc<Self>) {
        loop {
            let Some(called) = self.line().next(self.capacity) else { return };
            // Outside the lock: a turn that nobody takes any more is given back at once.
            drop(called.send(Permit(Arc::clone(self))));
        }
    }

    /// Calls under way.
    pub(super) fn busy(&self) -> usize {
        self.line().busy
    }

    /// Refreshes that wait.
    pub(super) fn waiting(&self) -> usize {
        self.line().people.values().map(|person| person.waiting.len()).sum()
    }
}

impl Line {
    fn event(&mut self) -> u64 {
        self.events += 1;
        self.events
    }

    fn enter(&mut self, person: IdentityId, waiter: Waiter) {
        let now = self.event();
        let new = || Person { waiting: Vec::new(), visible: now, hidden: now };
        self.people.entry(person).or_insert_with(new).waiting.push(waiter);
    }

    /// Takes somebody out of the line, who may have been called.
    fn remove(&mut self, id: IdentityId, ticket: u64) -> Option<Waiter> {
        let person = self.people.get_mut(&id)?;
        let index = person.waiting.iter().position(|waiter| waiter.ticket == ticket)?;
        let waiter = person.waiting.swap_remove(index);
        if person.waiting.is_empty() {
            self.people.remove(&id);
        }
        Some(waiter)
    }

    /// Takes a turn for whoever is next.
    fn next(&mut self, capacity: usize) -> Option<oneshot::Sender<Permit>> {
        if self.busy >= capacity {
            return None;
        }
        // The best of each kind: the person whose last turn is the longest ago, and their first ticket.
        let (mut visible, mut hidden) = (None, None);
        for (id, person) in &self.people {
            for waiter in &person.waiting {
                let (best, last) = if waiter.viewers.is_visible() {
                    (&mut visible, person.visible)
                } else {
                    (&mut hidden, person.hidden)
                };
                let rank = (last, waiter.ticket, *id);
                if best.is_none_or(|best| rank < best) {
                    *best = Some(rank);
                }
            }
        }
        let ((_, ticket, id), is_visible) = match (visible, hidden) {
            (Some(_), Some(hidden)) if self.in_a_row >= MAX_VISIBLE_IN_A_ROW => (hidden, false),
            (Some(visible), _) => (visible, true),
            (None, hidden) => (hidden?, false),
        };
        self.in_a_row = if is_visible && hidden.is_some() { self.in_a_row + 1 } else { 0 };
        let now = self.event();
        let waiter = self.remove(id, ticket)?;
        self.busy += 1;
        if let Some(person) = self.people.get_mut(&id) {
            *(if is_visible { &mut person.visible } else { &mut person.hidden }) = now;
        }
        Some(waiter.called)
    }
}

impl QueuePosition {
    /// Waits for its turn.
    pub(super) async fn permit(mut self) -> Option<Permit> {
        (&mut self.permit).await.ok()
    }
}

impl Drop for QueuePosition {
    fn drop(&mut self) {
        drop(self.queue.line().remove(self.person, self.ticket));
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.line().busy -= 1;
        self.0.call();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use proptest::prelude::*;

    /// Someone who waits, as a test sees them.
    struct WaitingRefresh {
        person: i64,
        ticket: u64,
        viewers: Arc<Viewers>,
        view: Option<Viewer>,
        place: QueuePosition,
    }

    struct World {
        queue: Arc<Queue>,
        tickets: u64,
        waiting: Vec<WaitingRefresh>,
        turns: Vec<Permit>,
    }

    impl World {
        fn new(capacity: usize) -> Self {
            Self { queue: Queue::new(capacity), tickets: 0, waiting: Vec::new(), turns: Vec::new() }
        }

        fn enter(&mut self, person: i64, visible: bool) -> u64 {
            self.tickets += 1;
            let viewers = Arc::new(Viewers::default());
            let view = visible.then(|| viewers.view());
            let place = self.queue.enter(self.tickets, IdentityId(person), Arc::clone(&viewers));
            self.waiting.push(WaitingRefresh { person, ticket: self.tickets, viewers, view, place });
            self.tickets
        }

        /// The refreshes called since the last look: person, ticket, and whether somebody looked.
        fn called(&mut self) -> Vec<(i64, u64, bool)> {
            let mut called = Vec::new();
            let mut still = Vec::new();
            for mut one in std::mem::take(&mut self.waiting) {
                match (&mut one.place.permit).now_or_never() {
                    Some(permit) => {
                        self.turns.push(permit.unwrap());
                        called.push((one.person, one.ticket, one.view.is_some()));
                    }
                    None => still.push(one),
                }
            }
            self.waiting = still;
            called
        }

        /// Ends a call, and tells who was called in its place.
        fn end_one(&mut self) -> Option<(i64, u64, bool)> {
            self.turns.pop();
            let called = self.called();
            assert!(called.len() <= 1);
            called.first().copied()
        }

        fn order(&mut self) -> Vec<(i64, u64)> {
            std::iter::from_fn(|| self.end_one()).map(|(person, ticket, _)| (person, ticket)).collect()
        }
    }

    #[test]
    fn people_take_turns_and_each_ones_cards_keep_their_order() {
        let mut world = World::new(1);
        world.enter(9, true);
        world.called();
        for person in [1, 1, 1, 1, 2, 2, 3] {
            world.enter(person, true);
        }
        assert_eq!(world.order(), [(1, 2), (2, 6), (3, 8), (1, 3), (2, 7), (1, 4), (1, 5)]);
    }

    #[test]
    fn whoever_comes_later_waits_for_one_round_only() {
        let mut world = World::new(1);
        world.enter(9, true);
        world.called();
        for _ in 0..10 {
            world.enter(1, true);
            world.enter(2, true);
        }
        for _ in 0..5 {
            world.end_one();
        }
        let late = world.enter(3, true);
        let place = world.order().iter().position(|(_, ticket)| *ticket == late);
        assert!(place.is_some_and(|place| place <= 2), "{place:?}");
    }

    #[test]
    fn what_is_looked_at_goes_first_also_when_somebody_begins_to_look() {
        let mut world = World::new(1);
        world.enter(9, true);
        world.called();
        let hidden = world.enter(1, false);
        let seen = world.enter(2, true);
        let raised = world.enter(3, false);
        let left = world.enter(4, true);
        world.waiting[2].view = Some(world.waiting[2].viewers.view());
        world.waiting[3].view = None;
        assert_eq!(world.order(), [(2, seen), (3, raised), (1, hidden), (4, left)]);
    }

    #[test]
    fn what_nobody_looks_at_is_called_among_a_flood() {
        let mut world = World::new(1);
        world.enter(0, true);
        world.called();
        // One person whose cards are never all read, and the same one's hidden card among others'.
        let hidden: Vec<u64> = (0..5).map(|person| world.enter(person, false)).collect();
        let mut served = Vec::new();
        for turn in 0..48_i64 {
            world.enter(turn % 3, true);
            world.enter(5, true);
            let (_, ticket, visible) = world.end_one().unwrap();
            if !visible {
                served.push((turn, ticket));
            }
        }
        let turns: Vec<i64> = served.iter().map(|(turn, _)| *turn).collect();
        assert_eq!(turns, [7, 15, 23, 31, 39]);
        assert_eq!(served.iter().map(|(_, ticket)| *ticket).collect::<Vec<_>>(), hidden);
    }

    #[test]
    fn a_turn_that_nobody_took_goes_to_the_next() {
        let mut world = World::new(1);
        let (first, second) = (world.enter(1, true), world.enter(2, true));
        // The first was called and never looked.
        let gone = world.waiting.remove(0);
        assert_eq!((gone.ticket, world.queue.busy()), (first, 1));
        drop(gone);
        assert_eq!(world.called(), [(2, second, true)]);
        world.turns.clear();
        assert_eq!((world.queue.busy(), world.queue.waiting()), (0, 0));
        assert!(world.queue.line().people.is_empty(), "nobody is remembered");
    }

    #[derive(Debug, Clone, Copy)]
    enum Step {
        Enter(i64, bool),
        Leave(usize),
        End(usize),
        ToggleView(usize),
        LookAway(usize),
        TakeTurns,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            6 => (0_i64..5, any::<bool>()).prop_map(|(person, visible)| Step::Enter(person, visible)),
            2 => any::<usize>().prop_map(Step::Leave),
            4 => any::<usize>().prop_map(Step::End),
            1 => any::<usize>().prop_map(Step::ToggleView),
            1 => any::<usize>().prop_map(Step::LookAway),
            3 => Just(Step::TakeTurns),
        ];
        prop::collection::vec(step, 1..200)
    }

    proptest! {
        #[test]
        fn the_limit_holds_and_no_turn_is_lost(capacity in 1_usize..6, steps in steps()) {
            let mut world = World::new(capacity);
            for step in steps {
                let some = |which: usize, of: usize| (of > 0).then(|| which % of.max(1));
                match step {
                    Step::Enter(person, visible) => {
                        world.enter(person, visible);
                    }
                    Step::Leave(which) => {
                        some(which, world.waiting.len()).map(|which| world.waiting.swap_remove(which));
                    }
                    Step::End(which) => {
                        some(which, world.turns.len()).map(|which| world.turns.swap_remove(which));
                    }
                    Step::ToggleView(which) => {
                        if let Some(which) = some(which, world.waiting.len()) {
                            world.waiting[which].view = Some(world.waiting[which].viewers.view());
                        }
                    }
                    Step::LookAway(which) => {
                        if let Some(which) = some(which, world.waiting.len()) {
                            world.waiting[which].view = None;
                        }
                    }
                    Step::TakeTurns => {
                        world.called();
                    }
                }
                let (busy, waiting) = (world.queue.busy(), world.queue.waiting());
                prop_assert!(busy <= capacity, "never more than the limit");
                prop_assert!(busy == capacity || waiting == 0, "nobody waits before a free turn");
                prop_assert_eq!(busy + waiting, world.turns.len() + world.waiting.len(), "no turn is lost");
                let idle = world.queue.line().people.values().filter(|person| person.waiting.is_empty()).count();
                prop_assert_eq!(idle, 0, "whoever waits for nothing is forgotten");
            }
            world.called();
            world.turns.clear();
            while !world.called().is_empty() {
                world.turns.clear();
            }
            prop_assert_eq!((world.waiting.len(), world.queue.busy(), world.queue.waiting()), (0, 0, 0));
        }

        /// Every waiting refresh is called after a number of turns that depends on the people, not on what comes later.
        #[test]
        fn nobody_starves(
            before in prop::collection::vec((0_i64..5, any::<bool>()), 0..30),
            after in prop::collection::vec((0_i64..5, any::<bool>()), 400),
            visible: bool,
        ) {
            let mut world = World::new(1);
            world.enter(9, true);
            world.called();
            for (person, visible) in &before {
                world.enter(*person, *visible);
            }
            let mine = before.iter().filter(|(person, _)| *person == 0).count();
            let ticket = world.enter(0, visible);
            let mut turns = 0;
            for (person, visible) in after {
                world.enter(person, visible);
                turns += 1;
                if world.end_one().is_some_and(|(_, called, _)| called == ticket) {
                    break;
                }
            }
            // A round has five people; one turn in eight is for what nobody looks at.
            let most = (mine + 1) * 5 * if visible { 1 } else { 8 } + 8;
            prop_assert!(turns <= most.min(399), "{turns} turns, {mine} before");
        }
    }
}
