package policy

import (
	"net/netip"

	networkingv1 "k8s.io/api/networking/v1"
)

// peer is a set of addresses at the other end; the zero prefix is everybody.
type peer struct{ prefix netip.Prefix }

var everybody = peer{}

func (p peer) match(flag string) string {
	if p == everybody {
		return ""
	}
	if p.prefix.IsSingleIP() {
		return flag + " " + p.prefix.Addr().String()
	}
	return flag + " " + p.prefix.String()
}

func (p peer) contains(ip string) bool {
	if p == everybody {
		return true
	}
	address, err := netip.ParseAddr(ip)
	return err == nil && p.prefix.Contains(address)
}

func anyContains(peers []peer, ip string) bool {
	for _, peer := range peers {
		if peer.contains(ip) {
			return true
		}
	}
	return false
}

// sources resolves the peers of a rule. No peers at all means everybody;
// peers that match nothing mean nobody.
func (w World) sources(namespace string, selectors []networkingv1.NetworkPolicyPeer) []peer {
	if len(selectors) == 0 {
		return []peer{everybody}
	}
	var peers []peer
	for _, selector := range selectors {
		if selector.IPBlock != nil {
			peers = append(peers, block(selector.IPBlock)...)
			continue
		}
		for _, pod := range w.Pods {
			address, err := netip.ParseAddr(pod.IP)
			if err != nil || !w.selects(namespace, selector, pod) {
				continue
			}
			peers = append(peers, peer{netip.PrefixFrom(address, address.BitLen())})
		}
	}
	return peers
}

// selects follows the API: a pod selector alone means the policy's own
// namespace, a namespace selector alone means all pods there.
func (w World) selects(namespace string, selector networkingv1.NetworkPolicyPeer, pod Pod) bool {
	if selector.NamespaceSelector == nil && pod.Namespace != namespace {
		return false
	}
	if selector.NamespaceSelector != nil {
		labels, known := w.Namespaces[pod.Namespace]
		if !known || !matches(selector.NamespaceSelector, labels) {
			return false
		}
	}
	if selector.PodSelector != nil && !matches(selector.PodSelector, pod.Labels) {
		return false
	}
	return selector.NamespaceSelector != nil || selector.PodSelector != nil
}

// block turns a range with holes into ranges without.
func block(ipBlock *networkingv1.IPBlock) []peer {
	prefix, err := netip.ParsePrefix(ipBlock.CIDR)
	if err != nil || !prefix.Addr().Is4() {
		return nil // The cluster is IPv4 only.
	}
	ranges := []netip.Prefix{prefix.Masked()}
	for _, except := range ipBlock.Except {
		hole, err := netip.ParsePrefix(except)
		if err != nil || !hole.Addr().Is4() {
			continue
		}
		var left []netip.Prefix
		for _, r := range ranges {
			left = append(left, subtract(r, hole.Masked())...)
		}
		ranges = left
	}
	var peers []peer
	for _, r := range ranges {
		peers = append(peers, peersOf(r)...)
	}
	return peers
}

// peersOf splits the range of all addresses, which iptables would print back
// as no match at all, and which as a zero prefix would mean "everybody".
func peersOf(prefix netip.Prefix) []peer {
	if prefix.Bits() == 0 {
		lower, upper := halves(prefix)
		return []peer{{lower}, {upper}}
	}
	return []peer{{prefix}}
}

// subtract returns what is left of a range without the hole.
func subtract(from, hole netip.Prefix) []netip.Prefix {
	switch {
	case !from.Overlaps(hole):
		return []netip.Prefix{from}
	case hole.Bits() <= from.Bits():
		return nil // The hole is all of it.
	}
	lower, upper := halves(from)
	return append(subtract(lower, hole), subtract(upper, hole)...)
}

func halves(prefix netip.Prefix) (lower, upper netip.Prefix) {
	bits := prefix.Bits() + 1
	bytes := prefix.Addr().As4()
	bytes[prefix.Bits()/8] |= 0x80 >> (prefix.Bits() % 8)
	return netip.PrefixFrom(prefix.Addr(), bits), netip.PrefixFrom(netip.AddrFrom4(bytes), bits)
}
