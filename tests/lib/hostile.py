"""Addresses that must never be reached, generated: private networks in every spelling we know."""

# ruff: noqa: RUF001, S104

from ipaddress import IPv4Address

# H1, the cloud's metadata services, and what Python's own `is_global` lets through.
PRIVATE_IPV4 = (
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "172.16.0.1",
    "172.31.255.254", "192.168.0.1", "192.168.255.254", "169.254.169.254", "169.254.170.2",
    "100.64.0.1", "100.100.100.200", "100.127.255.254", "198.18.0.1", "198.19.255.254", "192.0.0.1",
    "192.0.0.192", "192.0.2.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255",
)  # fmt: skip

PRIVATE_IPV6 = (
    "::", "::1", "0:0:0:0:0:0:0:1", "fe80::1", "febf::1", "fec0::1", "feff::1", "fc00::1",
    "fd00:ec2::254", "ff02::1", "ff0e::1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "2001:db8::1", "3fff::1", "5f00::1", "4000::1",
)  # fmt: skip

# Names that a resolver of the inside would answer.
NAMES_OF_THE_INSIDE = (
    "localhost", "LOCALHOST", "LocalHost.", "redis", "postgres", "db", "web.localhost", "ip6-localhost",
    "localhost.localdomain", "host.docker.internal", "metadata.google.internal",
    "kubernetes.default.svc", "127.0.0.1.rebind.test", "INTRANET.company.test.", "xn--intrant-gva.test",
    "intranét.test",
)  # fmt: skip

OTHER_SCHEMES = ("file", "gopher", "ftp", "dict", "ldap", "ws", "unix", "netdoc", "HTTPX")


def hostile_addresses(port: int) -> list[str]:
    """Return them all, each with the port of a canary on loopback, so that one that gets there is heard."""
    hosts = [spelling for ip in PRIVATE_IPV4 for spelling in _spellings(IPv4Address(ip))]
    hosts += [f"[{ip}]" for ip in PRIVATE_IPV6]
    hosts += [f"[{ip}%{zone}]" for ip in ("fe80::1", "::1") for zone in ("lo", "25lo", "1")]
    hosts += list(NAMES_OF_THE_INSIDE)
    hosts += _tricks_for_loopback()
    addresses = [f"http://{host}:{port}/" for host in hosts]
    addresses += [f"https://{host}:{port}/" for host in ("127.0.0.1", "[::1]", "localhost", "2130706433")]
    addresses += [f"{scheme}://127.0.0.1:{port}/" for scheme in OTHER_SCHEMES]
    addresses += [f"http://news.test:{port}@127.0.0.1:{port}/", f"http://news.test\\@127.0.0.1:{port}/"]
    addresses += [f"http://127.0.0.1:{port}\\@news.test/", f"http://user:word@127.0.0.1:{port}/"]
    addresses += [f"http://127.0.0.1:{port}#@news.test/", f"http://127.0.0.1:{port}?@news.test/"]
    addresses += ["javascript:alert(1)", "data:text/html,<title>x</title>", "file:///etc/passwd"]
    return list(dict.fromkeys(addresses))


def _spellings(ip: IPv4Address) -> list[str]:
    a, b, c, d = ip.packed
    number = int(ip)
    high, low = number >> 16, number & 0xFFFF
    return [
        str(ip),
        f"{ip}.",
        str(number),
        hex(number),
        f"{a:#o}.{b:#o}.{c:#o}.{d:#o}".replace("0o", "0"),
        f"{a:#x}.{b:#x}.{c:#x}.{d:#x}",
        f"{a}.{number & 0xFFFFFF}",
        f"{a}.{b}.{c << 8 | d}",
        f"[::ffff:{ip}]",
        f"[::ffff:{high:x}:{low:x}]",
        f"[::{ip}]",
        f"[64:ff9b::{high:x}:{low:x}]",
        f"[64:ff9b:1::{high:x}:{low:x}]",
        f"[2002:{high:x}:{low:x}::]",
    ]


def _tricks_for_loopback() -> list[str]:
    return [
        "127。0。0。1",
        "127.0.0.1。",
        "127．0．0．1",
        "127｡0｡0｡1",
        "１２７.0.0.1",
        "①②⑦.⓪.⓪.①",
        "ｌｏｃａｌｈｏｓｔ",
        "%31%32%37.0.0.1",
        "%6c%6f%63%61%6c%68%6f%73%74",
        "127.0.0.1%00.news.test",
        "127.0.0.1%2enews.test",
        "0177.0.0.01",
        "0000000177.0.0.1",
        "0X7F.1",
        "0x7F000001",
        "017700000001",
        "6425673729",
        "127.000.000.001",
        "127.0.0.1..",
        "[127.0.0.1]",
        "[::127.0.0.1]",
        "[0000:0000:0000:0000:0000:ffff:7f00:0001]",
        "0",
        "0x0",
        "00.00",
        "127.1",
    ]
