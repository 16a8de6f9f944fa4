use super::{PersonAndLink, Store, instant, linking, person, tenant};
use pleiade_core::ConnectorId;
use pleiade_federation::delegation::{
    DelegationEnd, DelegationParty, DelegationState, EndCause, NewDelegation, Scope,
};

fn terms(giver: PersonAndLink, receiver: PersonAndLink) -> NewDelegation {
    NewDelegation::new(
        tenant("alpha"),
        DelegationParty::new(giver.0, giver.1),
        DelegationParty::new(receiver.0, receiver.1),
        Scope::new(Some([ConnectorId::new("courriel").unwrap()].into()), true),
        instant(10)..instant(100),
        instant(0),
    )
    .with_reason("Congés d’été")
}

pub(crate) async fn a_delegation_is_kept_accepted_and_ended_once(store: Store) {
    let giver = store.create_identity(&person("jeanne")).await.unwrap();
    let receiver = store.create_identity(&person("paul")).await.unwrap();
    let other = store.create_identity(&person("marie")).await.unwrap();
    let id = store.create_delegation(&terms(giver, receiver)).await.unwrap();
    let kept = store.delegation(id).await.unwrap().unwrap();
    assert_eq!((&kept.terms, kept.accepted_at, &kept.ended), (&terms(giver, receiver), None, &None));
    assert_eq!(store.open_delegations(&tenant("alpha"), giver.1, instant(50)).await.unwrap(), 1);

    let held = async |who: PersonAndLink, now| {
        store.delegations_held_by_links(&tenant("alpha"), [who.1; 2], instant(now)).await.unwrap().len()
    };
    assert_eq!(held(receiver, 50).await, 0, "not before it is accepted");
    for (who, now) in [(other, 1), (giver, 1), (receiver, 100)] {
        assert!(!store.accept_delegation(id, who.0, instant(now)).await.unwrap(), "{who:?} at {now}");
    }
    assert!(store.accept_delegation(id, receiver.0, instant(1)).await.unwrap());
    assert!(!store.accept_delegation(id, receiver.0, instant(2)).await.unwrap(), "once");
    for (who, now, count) in
        [(receiver, 9, 0), (receiver, 10, 1), (receiver, 99, 1), (receiver, 100, 0), (giver, 50, 0)]
    {
        assert_eq!(held(who, now).await, count, "{who:?} at {now}");
    }
    assert!(
        store
            .delegations_held_by_links(&tenant("beta"), [receiver.1; 2], instant(50))
            .await
            .unwrap()
            .is_empty()
    );
    for (who, count) in [(giver, 1), (receiver, 1), (other, 0)] {
        assert_eq!(store.delegations_of_person(&tenant("alpha"), who.0).await.unwrap().len(), count);
        assert_eq!(store.delegations_of_links(&tenant("alpha"), [who.1; 2]).await.unwrap().len(), count);
        assert_eq!(store.living_delegations(who.1, instant(50)).await.unwrap().len(), count);
        assert!(store.delegations_of_person(&tenant("beta"), who.0).await.unwrap().is_empty());
        assert!(store.delegations_of_links(&tenant("beta"), [who.1; 2]).await.unwrap().is_empty());
    }
    // The same people by another link: it is none of theirs there.
    for (who, source) in [(giver, "other"), (receiver, "other")] {
        let second = linking::add(&store, who.0, source, &format!("subject-{}", who.0)).await;
        assert!(store.delegations_of_links(&tenant("alpha"), [second; 2]).await.unwrap().is_empty());
        assert_eq!(held((who.0, second), 50).await, 0);
        assert!(store.living_delegations(second, instant(50)).await.unwrap().is_empty());
    }
    assert_eq!(store.lapsed_delegations(instant(99)).await.unwrap().len(), 0);
    assert_eq!(store.lapsed_delegations(instant(100)).await.unwrap().len(), 1);

    let ended = DelegationEnd::new(instant(60), Some(giver.0), EndCause::Giver);
    assert!(store.end_delegation(id, &ended).await.unwrap());
    let again = DelegationEnd::new(instant(60), None, EndCause::Giver);
    assert!(!store.end_delegation(id, &again).await.unwrap(), "once");
    let kept = store.delegation(id).await.unwrap().unwrap();
    assert_eq!(
        (kept.ended.as_ref(), kept.state(instant(61))),
        (Some(&ended), DelegationState::Ended(EndCause::Giver))
    );
    assert_eq!(held(receiver, 61).await, 0);
    let mut everything = terms(giver, receiver);
    everything.scope = Scope::new(None, false);
    let id = store.create_delegation(&everything).await.unwrap();
    assert_eq!(store.delegation(id).await.unwrap().unwrap().terms, everything);
}
