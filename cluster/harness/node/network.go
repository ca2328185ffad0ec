// Package node makes one node: its network namespace, its containerd, its
// kubelet, its kube-proxy and its network policy process.
package node

import (
	"context"
	"fmt"
	"os"
	"strings"

	"redoubt.dev/cluster/harness/layout"
	"redoubt.dev/cluster/harness/netns"
)

const bridge = "kube0"

// CreateNetwork makes the node's network namespace. It has no uplink: what
// runs inside can reach the cluster and nothing else.
//
// The first node has a bridge with the node's address; every further node is
// plugged into that bridge by a cable (a veth pair). The route of the Service
// network exists so that a process on the node gets as far as kube-proxy's
// rules; an address without a rule then fails at once instead of leaking.
func CreateNetwork(ctx context.Context, node layout.Node, all []layout.Node) error {
	if err := netns.Create(node.Netns()); err != nil {
		return err
	}
	device := bridge
	commands := []string{"ip link set lo up"}
	if node.Index == 1 {
		commands = append(commands, "ip link add "+bridge+" type bridge")
	} else {
		device = "eth0"
		port := fmt.Sprintf("node%d", node.Index)
		for _, command := range []string{
			fmt.Sprintf("ip link add %s type veth peer name %s netns %s", port, device, netns.Path(node.Netns())),
			fmt.Sprintf("ip link set %s master %s up", port, bridge),
			fmt.Sprintf("ip route add %s via %s", node.PodCIDR(), node.Address()),
		} {
			if err := run(ctx, layout.First(), command); err != nil {
				return err
			}
		}
	}
	commands = append(commands,
		fmt.Sprintf("ip address add %s/24 dev %s", node.Address(), device),
		fmt.Sprintf("ip link set %s up", device),
		fmt.Sprintf("ip route add %s dev %s src %s", layout.ServiceNetwork, device, node.Address()))
	if node.Index > 1 {
		for _, other := range all {
			if other.Index < node.Index {
				commands = append(commands, fmt.Sprintf("ip route add %s via %s", other.PodCIDR(), other.Address()))
			}
		}
	}
	for _, command := range commands {
		if err := run(ctx, node, command); err != nil {
			return err
		}
	}
	return netns.Do(node.Netns(), setSysctls)
}

func run(ctx context.Context, node layout.Node, command string) error {
	return netns.Run(ctx, node.Netns(), strings.Fields(command)...)
}

// setSysctls writes settings that belong to the calling thread's namespace.
func setSysctls() error {
	if err := os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0); err != nil {
		return err
	}
	// Pods of one node talk over a bridge, which iptables sees only with this.
	// Without it neither Services nor policies would work between them.
	if err := os.WriteFile("/proc/sys/net/bridge/bridge-nf-call-iptables", []byte("1"), 0); err != nil {
		return fmt.Errorf("the kernel does not filter bridged traffic (is br_netfilter loaded? try: modprobe br_netfilter): %w", err)
	}
	// The cluster is IPv4 only; a kernel without IPv6 does not have the file.
	os.WriteFile("/proc/sys/net/ipv6/conf/all/disable_ipv6", []byte("1"), 0)
	return nil
}
