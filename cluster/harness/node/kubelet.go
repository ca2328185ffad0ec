package node

import (
	"fmt"
	"path/filepath"

	"redoubt.dev/cluster/harness/cgroup"
	"redoubt.dev/cluster/harness/layout"
	"redoubt.dev/cluster/harness/process"
)

// Kubelet is the node's agent.
func Kubelet(node layout.Node, binDir string) process.Spec {
	return process.Spec{
		Name:       node.Process("kubelet"),
		Netns:      node.Netns(),
		Executable: filepath.Join(binDir, "kubelet"),
		Args: []string{
			"--config=" + configFile(node, "kubelet.yaml"),
			"--kubeconfig=" + layout.ComponentKubeconfig(node.Name()),
			"--root-dir=" + kubeletDir(node),
			"--cert-dir=" + filepath.Join(kubeletDir(node), "pki"),
			"--hostname-override=" + node.Name(),
			"--node-ip=" + node.Address(),
			"--containerd=" + node.ContainerdAddress(),
		},
	}
}

func kubeletDir(node layout.Node) string { return filepath.Join(node.DataDir(), "kubelet") }

// kubeletConfig: images are never collected, because there is no registry to
// get them back from. Disk thresholds are absolute, because the usual 10 %
// would evict pods from a laptop whose large disk is merely well used.
func kubeletConfig(node layout.Node) string {
	return fmt.Sprintf(`apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: %[1]s
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: %[2]s/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: %[2]s/%[3]s.crt
tlsPrivateKeyFile: %[2]s/%[3]s.key
containerRuntimeEndpoint: unix://%[4]s
cgroupDriver: cgroupfs
cgroupRoot: %[5]s
failCgroupV1: false
failSwapOn: false
clusterDNS: [%[6]s]
clusterDomain: %[7]s
resolvConf: %[8]s
podLogsDir: %[9]s/pod-logs
volumePluginDir: %[9]s/volume-plugins
maxPods: 160
serializeImagePulls: false
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
evictionHard: {memory.available: 200Mi, nodefs.available: 1Gi, nodefs.inodesFree: "1%%", imagefs.available: 1Gi}
evictionPressureTransitionPeriod: 10s
systemReserved: {memory: 1Gi, cpu: 100m}
enforceNodeAllocatable: [pods]
eventRecordQPS: 50
containerLogMaxSize: 10Mi
readOnlyPort: 0
`, node.Address(), layout.PKIDir, node.Name(), node.ContainerdAddress(), cgroup.Root(node), layout.DNSServiceIP,
		layout.ClusterDomain, configFile(node, "resolv.conf"), node.DataDir())
}

// Proxy makes Service addresses work on the node.
func Proxy(node layout.Node, binDir string) process.Spec {
	return process.Spec{
		Name:       node.Process("kube-proxy"),
		Netns:      node.Netns(),
		Executable: filepath.Join(binDir, "kube-proxy"),
		Args:       []string{"--config=" + configFile(node, "kube-proxy.yaml")},
	}
}

// proxyConfig leaves connection tracking alone: its limits are the host's.
func proxyConfig(node layout.Node) string {
	return fmt.Sprintf(`apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
hostnameOverride: %s
clientConnection: {kubeconfig: %s}
clusterCIDR: %s
bindAddress: %[4]s
healthzBindAddress: %[4]s:10256
metricsBindAddress: 127.0.0.1:10249
conntrack: {maxPerCore: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
iptables: {minSyncPeriod: 100ms, syncPeriod: 30s}
`, node.Name(), layout.ComponentKubeconfig("kube-proxy"), layout.PodNetwork, node.Address())
}

// Policy enforces network policies on the node.
func Policy(node layout.Node, binDir string) process.Spec {
	return process.Spec{
		Name:       node.Process("network-policy"),
		Netns:      node.Netns(),
		Executable: filepath.Join(binDir, "redoubt-cluster"),
		Args:       []string{"network-policy", "--node", fmt.Sprint(node.Index)},
	}
}
