//! Answers as the published types and calls have them.

use pleiade_connectors::{
    ciril::{Links, OrdersConfig, wire},
    kit::soap::{Element, Outcome, read},
};
use pleiade_core::{EventTime, ExposeSecret as _};

fn response(name: &str, body: &str) -> Element {
    let envelope = format!(
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><e:Body>\
         <t:{name}Response xmlns:t=\"urn:t\">{body}</t:{name}Response></e:Body></e:Envelope>"
    );
    match read(envelope.as_bytes(), None).unwrap() {
        Outcome::Response(element) => element,
        fault => panic!("{fault:?}"),
    }
}

const BASKET: &str = "<param-1><item><application>FINANCES</application><libpro>Commandes</libpro><libtache>Bons de commande à viser</libtache>
<nbtache>1</nbtache><details><item><datdeb>12/03/2024</datdeb><heudeb>09:15</heudeb><numTache>48211</numTache>
<libtachedetail>BC 24-00318 - PAPETERIE DU PARC - 1 234,50</libtachedetail><url>/cgi-bin/x.exe?t=48211</url>
<documents><item><nomDoc>Bon de commande</nomDoc><nomFic>BC24-00318.pdf</nomFic><urlDoc>/docs/a1.pdf</urlDoc></item></documents>
<codAtt>VISA</codAtt><valeursPossible>O;N</valeursPossible><typeValeur>LISTE</typeValeur></item></details></item></param-1>";

#[test]
fn a_basket() {
    let groups = wire::groups(&response("getTaches", BASKET)).unwrap();
    assert_eq!((groups.len(), groups.unreadable), (1, 0));
    let group = &groups.items[0];
    assert_eq!(
        (group.application.as_deref(), group.label.as_deref(), group.count),
        (Some("FINANCES"), Some("Bons de commande à viser"), 1)
    );
    let task = &group.tasks.items[0];
    assert_eq!(
        (task.number, task.documents, task.url.as_deref()),
        (48_211, 1, Some("/cgi-bin/x.exe?t=48211"))
    );
    let at = "2024-03-12T08:15:00Z".parse().unwrap();
    assert_eq!(task.when(chrono_tz::Europe::Paris), Some(EventTime::At(at)));
    assert!(task.takes("VISA", "N", ";") && !task.takes("VISA", "O;N", ";") && !task.takes("visa", "N", ";"));
    assert!(wire::groups(&response("getAccessList", BASKET)).is_none(), "another answer is none");
    assert!(wire::groups(&response("getTaches", "")).is_none());
    assert!(wire::groups(&response("getTaches", "<param-1 xsi:nil=\"true\"/>")).unwrap().is_empty());
}

#[test]
fn one_odd_group_or_task_hides_no_other_and_no_count_is_zero() {
    let odd = "<param-1><item><nbtache>beaucoup</nbtache></item><item><nbtache>-1</nbtache></item><item/><item><nbtache>7</nbtache><details xsi:nil=\"true\"/></item>\
               <item><nbtache>2</nbtache><details><item><numTache>x</numTache></item><item><numTache>5</numTache><datdeb>hier</datdeb></item></details></item></param-1>";
    let groups = wire::groups(&response("getTaches", odd)).unwrap();
    assert_eq!(
        (groups.unreadable, groups.iter().map(|group| group.count).collect::<Vec<_>>()),
        (3, vec![7, 2])
    );
    assert_eq!(
        (groups.items[0].tasks.len(), groups.items[1].tasks.len(), groups.items[1].tasks.unreadable),
        (0, 1, 1)
    );
    assert_eq!(groups.items[1].tasks.items[0].when(chrono_tz::Europe::Paris), None);
}

#[test]
fn dates_and_hours_have_several_forms() {
    let day = "2024-03-12".parse().ok();
    assert_eq!(["12/03/2024", "2024-03-12", "20240312"].map(wire::day), [day, day, day]);
    assert_eq!(
        ["12/03/24", "2024-13-01", "31/02/2024", "", "demain", "12-03-2024"].map(wire::day),
        [None; 6]
    );
    let time = "09:15:00".parse().ok();
    assert_eq!(["09:15", "09:15:00", "0915"].map(wire::time), [time, time, time]);
    assert_eq!(["9h15", "24:00", "2460", "", "abcd"].map(wire::time), [None; 5]);
}

#[test]
fn access_strings_are_passed_back_byte_for_byte() {
    let body = "<param-5><item><application>FINANCES</application><netApplication>CNF</netApplication><URL> /cgi-bin/web2java.exe?x=1&amp;y=%2F2 </URL>\
                <label>Civil Net Finances</label><versionCheck>0</versionCheck></item><item><label>sans adresse</label></item></param-5>";
    let points = wire::access_points(&response("getAccessList", body)).unwrap();
    assert_eq!(points.len(), 1);
    assert_eq!(points[0].access.expose_secret(), " /cgi-bin/web2java.exe?x=1&y=%2F2 ");
    assert!(!format!("{points:?}").contains("web2java"));
}

#[test]
fn orders_are_the_outermost_items() {
    let body = "<liste><item><numeroCommande>24-00318</numeroCommande><ligneCommande><item><numeroCommande>1</numeroCommande></item></ligneCommande>\
                <piecesJustificatives><item><nomFichier>a.pdf</nomFichier></item><item/></piecesJustificatives></item><item/></liste>";
    let orders = wire::orders(&response("getBonsCommandes", body), &OrdersConfig::default()).unwrap();
    assert_eq!((orders.len(), orders.unreadable, orders.items[0].documents), (1, 1, 2));
    assert_eq!(orders.items[0].number, "24-00318");
}

#[test]
fn links_stay_on_the_platform() {
    let links = Links::new("https://civil.example/".parse().unwrap());
    assert_eq!(links.page("/cgi-bin/x.exe?t=1").as_str(), "https://civil.example/cgi-bin/x.exe?t=1");
    for odd in [
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "https://elsewhere.example/",
        "javascript:alert(1)",
        "x.exe",
        "",
        "/\t/elsewhere.example/",
    ] {
        assert_eq!(links.page(odd).as_str(), "https://civil.example/", "{odd}");
    }
}

#[test]
fn logins_are_few_characters() {
    assert!(["DUPONT", "m.dupont-2_a", "A"].iter().all(|login| wire::is_login(login)));
    assert!(["", "a b", "a'", "é", "a\n", &"a".repeat(33)].iter().all(|login| !wire::is_login(login)));
}
