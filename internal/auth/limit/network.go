package limit

import "net/netip"

// Network is the network from which somebody asks, as far as limits tell them
// apart: the address, or of IPv6 its /64. What is no address, with a port or
// without, is returned as it stands.
func Network(address string) string {
	addr, ok := parse(address)
	switch {
	case !ok:
		return address
	case addr.Is4():
		return addr.String()
	}
	network, _ := addr.Prefix(64) // an IPv6 address has one
	return network.String()
}

// parse reads an address, with a port or without.
func parse(text string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(text)
	if err != nil {
		port, err := netip.ParseAddrPort(text)
		if err != nil {
			return addr, false
		}
		addr = port.Addr()
	}
	return addr.Unmap().WithZone(""), true
}

// Plain is an address without its port and zone; "" for what is none.
func Plain(address string) string {
	addr, ok := parse(address)
	if !ok {
		return ""
	}
	return addr.String()
}
