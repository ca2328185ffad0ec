// Package layout says where everything of the cluster lives: directories,
// addresses and names. No other package spells out a path or an address.
package layout

import (
	"fmt"
	"path/filepath"
)

// Version is the Kubernetes version that the cluster runs.
const Version = "v1.34.10"

// Directories. RunDir holds what describes the running cluster, DataDir what
// it writes. `down` removes both.
const (
	RunDir  = "/run/redoubt"
	DataDir = "/var/lib/redoubt"
)

// Addresses. They exist only inside the cluster's network namespaces.
const (
	NodeNetwork    = "10.10.0.0/24"
	PodNetwork     = "10.244.0.0/16"
	ServiceNetwork = "10.96.0.0/16"
	APIAddress     = "10.10.0.1"
	APIServiceIP   = "10.96.0.1"
	DNSServiceIP   = "10.96.0.10"
	ClusterDomain  = "cluster.local"
	APIServer      = "https://" + APIAddress + ":6443"
)

// Images that the harness makes itself.
const (
	PauseImage   = "redoubt.dev/pause:1"
	BusyboxImage = "redoubt.dev/busybox:1"
)

// CgroupRoot is the directory, in every cgroup hierarchy, that holds the
// cgroups of all pods.
const CgroupRoot = "redoubt"

// Files and directories of the cluster as a whole.
var (
	LockFile     = filepath.Join(RunDir, "lock")
	HolderFile   = filepath.Join(RunDir, "holder")
	ReadyFile    = filepath.Join(RunDir, "ready")
	SysctlFile   = filepath.Join(RunDir, "sysctl.json")
	ProcessDir   = filepath.Join(RunDir, "processes")
	PKIDir       = filepath.Join(RunDir, "pki")
	ConfigDir    = filepath.Join(RunDir, "config")
	Kubeconfig   = filepath.Join(RunDir, "kubeconfig")
	LogDir       = filepath.Join(DataDir, "log")
	EtcdDir      = filepath.Join(DataDir, "etcd")
	VolumeDir    = filepath.Join(DataDir, "volumes")
	NetnsDir     = "/run/netns"
	CNIPluginDir = "/usr/lib/cni"
)

// ComponentKubeconfig is the kubeconfig of one component's own identity.
func ComponentKubeconfig(name string) string {
	return filepath.Join(ConfigDir, name+".kubeconfig")
}

// Log is the log file of one process.
func Log(name string) string { return filepath.Join(LogDir, name+".log") }

// Node says where one node lives. Nodes are numbered from 1; node 1 also
// runs the control plane.
type Node struct{ Index int }

// Nodes lists the nodes of a cluster with that many.
func Nodes(count int) []Node {
	nodes := make([]Node, count)
	for i := range nodes {
		nodes[i] = Node{Index: i + 1}
	}
	return nodes
}

// First is the node that runs the control plane.
func First() Node { return Node{Index: 1} }

// Name is the node's name in the API.
func (n Node) Name() string { return fmt.Sprintf("redoubt-%d", n.Index) }

// Netns is the name of the node's network namespace.
func (n Node) Netns() string {
	if n.Index == 1 {
		return "redoubt"
	}
	return n.Name()
}

// Address is the node's own address.
func (n Node) Address() string { return fmt.Sprintf("10.10.0.%d", n.Index) }

// PodCIDR is the range that the node's pods get their addresses from.
func (n Node) PodCIDR() string { return fmt.Sprintf("10.244.%d.0/24", n.Index-1) }

// Process names a process that runs once per node.
func (n Node) Process(component string) string {
	if n.Index == 1 {
		return component
	}
	return fmt.Sprintf("%s-%d", component, n.Index)
}

// RunDir holds the node's sockets and configuration.
func (n Node) RunDir() string { return filepath.Join(RunDir, n.Name()) }

// DataDir holds what the node writes.
func (n Node) DataDir() string { return filepath.Join(DataDir, n.Name()) }

// ContainerdAddress is the socket of the node's containerd.
func (n Node) ContainerdAddress() string { return filepath.Join(n.RunDir(), "containerd.sock") }

// ContainerdState is where the node's containerd keeps what is running.
func (n Node) ContainerdState() string { return filepath.Join(n.RunDir(), "containerd") }

// CNIConfigDir holds the node's pod network configuration.
func (n Node) CNIConfigDir() string { return filepath.Join(n.RunDir(), "cni") }

// CNIBinDir holds the CNI plug-ins that the node uses: Debian's, and ours.
func (n Node) CNIBinDir() string { return filepath.Join(n.DataDir(), "cni-bin") }

// PolicySocket is where the CNI plug-in tells the network policy process
// about an address that a pod is about to get.
func (n Node) PolicySocket() string { return filepath.Join(n.RunDir(), "policy.sock") }

// CNINetwork names the node's pod network. CNI keeps files by this name in
// directories that it shares with others, so the name must be ours alone.
func (n Node) CNINetwork() string { return "redoubt-pods" }
