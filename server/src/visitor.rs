//! Where a request comes from: its address, its language, whether it came encrypted. Nothing here is identity, and
//! nothing is believed that only a trusted proxy may say.

use axum::http::HeaderMap;
use axum::http::header::{self, HeaderName};
use domain::Language;
use std::net::{IpAddr, SocketAddr};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// How much of a browser's name for itself is kept.
const AGENT: usize = 120;

/// The sender's address and whether the way was encrypted, as the last trusted hop tells.
pub(crate) fn sender(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpAddr]) -> (Option<IpAddr>, bool) {
    let Some(peer) = peer.map(|peer| peer.to_canonical()) else {
        return (None, false);
    };
    let trusts = |address: IpAddr| trusted.iter().any(|proxy| proxy.to_canonical() == address);
    if !trusts(peer) {
        return (Some(peer), false);
    }
    // From the nearest hop outwards: the first that is no proxy of ours is the sender. What stands before it was
    // written by the sender.
    let mut address = peer;
    for hop in list(headers, &FORWARDED_FOR).iter().rev() {
        let Some(hop) = hop_address(hop) else { break };
        address = hop;
        if !trusts(hop) {
            break;
        }
    }
    let secure = list(headers, &FORWARDED_PROTO)
        .last()
        .is_some_and(|proto| proto.eq_ignore_ascii_case("https"));
    (Some(address), secure)
}

fn list<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Vec<&'a str> {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect()
}

/// An address as proxies write it: bare, with a port, in brackets.
fn hop_address(text: &str) -> Option<IpAddr> {
    let bare = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let address: IpAddr = text
        .parse()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|a| a.ip()))
        .or_else(bare)?;
    Some(address.to_canonical())
}

/// An address as far as it is kept: its network, /24 or /48.
pub(crate) fn shortened(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(ip) => {
            let [a, b, c, ..] = ip.segments();
            let network = std::net::Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0);
            format!("{network}/48")
        }
    }
}

/// The browser's name for itself, shortened.
pub(crate) fn agent(headers: &HeaderMap) -> String {
    let told = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    told.chars().filter(|c| !c.is_control()).take(AGENT).collect()
}

/// The language the browser asks for (RFC 9110, section 12.5.4); none if it asks for neither of ours.
pub(crate) fn accepted_language(headers: &HeaderMap) -> Option<Language> {
    let mut best: Option<(f32, Language)> = None;
    for item in list(headers, &header::ACCEPT_LANGUAGE) {
        let (tag, parameters) = item.split_once(';').unwrap_or((item, ""));
        let weight = parameters
            .trim()
            .strip_prefix("q=")
            .map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
        if let Some(language) = Language::parse(tag)
            && weight > best.map_or(0.0, |(weight, _)| weight)
        {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(of: &[(HeaderName, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in of {
            headers.append(name, HeaderValue::from_static(value));
        }
        headers
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn addresses_are_kept_as_networks_only() {
        let table = [
            ("203.0.113.77", "203.0.113.0/24"),
            ("127.0.0.1", "127.0.0.0/24"),
            ("::ffff:203.0.113.77", "203.0.113.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
            ("::1", "::/48"),
        ];
        for (address, kept) in table {
            assert_eq!(shortened(ip(address)), kept);
        }
    }

    #[test]
    fn only_a_trusted_proxy_says_who_sends() {
        let trusted = [ip("10.0.0.1"), ip("10.0.0.2")];
        // (peer, X-Forwarded-For, sender)
        let table: [(&str, &[&'static str], &str); 9] = [
            ("203.0.113.7", &["198.51.100.1"], "203.0.113.7"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("::ffff:10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["1.2.3.4, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", &["1.2.3.4", "198.51.100.1:4711"], "198.51.100.1"),
            ("10.0.0.1", &["[2001:db8::7]"], "2001:db8::7"),
            ("10.0.0.1", &["198.51.100.1, nonsense"], "10.0.0.1"),
            ("10.0.0.1", &["10.0.0.2"], "10.0.0.2"),
        ];
        for (peer, forwarded, expected) in table {
            let of: Vec<_> = forwarded.iter().map(|value| (FORWARDED_FOR, *value)).collect();
            assert_eq!(
                sender(Some(ip(peer)), &headers(&of), &trusted).0,
                Some(ip(expected)),
                "{peer} {forwarded:?}"
            );
        }
    }

    #[test]
    fn only_a_trusted_proxy_says_that_the_way_was_encrypted() {
        let trusted = [ip("10.0.0.1")];
        let table = [
            ("10.0.0.1", "https", true),
            ("10.0.0.1", "HTTPS", true),
            ("10.0.0.1", "http", false),
            ("10.0.0.1", "https, http", false),
            ("10.0.0.9", "https", false),
        ];
        for (peer, proto, secure) in table {
            assert_eq!(
                sender(Some(ip(peer)), &headers(&[(FORWARDED_PROTO, proto)]), &trusted).1,
                secure,
                "{peer} {proto}"
            );
        }
        assert_eq!(
            sender(None, &headers(&[(FORWARDED_PROTO, "https")]), &trusted),
            (None, false)
        );
    }

    #[test]
    fn the_browsers_first_choice_among_our_languages_is_taken() {
        let table = [
            ("ar-SY,ar;q=0.9,en;q=0.8", Some(Language::Arabic)),
            ("de, en;q=0.5, ar;q=0.7", Some(Language::Arabic)),
            ("en, ar", Some(Language::English)),
            ("ar;q=0, en;q=0.1", Some(Language::English)),
            ("ar;q=nonsense", None),
            ("ku, fr", None),
            ("*", None),
            ("", None),
        ];
        for (value, expected) in table {
            assert_eq!(
                accepted_language(&headers(&[(header::ACCEPT_LANGUAGE, value)])),
                expected,
                "{value}"
            );
        }
    }

    #[test]
    fn a_browsers_name_is_shortened() {
        let long: &'static str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0 and much more that nobody needs to keep, ever, at all, really";
        assert_eq!(agent(&headers(&[(header::USER_AGENT, long)])).chars().count(), AGENT);
    }
}
